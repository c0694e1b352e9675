import * as z from 'zod';
import { CommitHash, TenantId } from '../../lib/commit';
import type { Access, Route } from '../routes';
import { Problem } from './answers';
import type { Contract } from './contract';

type Json = Record<string, unknown>;

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Json; responses: Json; securitySchemes: Json };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json; examples?: Json }> };
  responses: Record<string, Json>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: Json;
}

const tags: Record<string, string> = {
  commits: 'What was recorded, and what people think of it',
  audit: 'The tamper-evident log',
  digests: 'What the mornings told',
  settings: 'What a tenant decides for itself',
  service: 'Open to everybody',
};

const pathParameters: Record<string, z.ZodType> = {
  tenantId: TenantId.meta({ description: 'The tenant, as the token names it', example: 'tenant-001' }),
  commitHash: CommitHash.meta({ description: 'Git object name' }),
  date: z.string().meta({ format: 'date', description: 'A day, UTC' }),
};

/** OpenAPI 3.1 of these calls: parameters, bodies and answers come from the schemas that the edge checks by. */
export function openApiDocument(
  calls: Record<string, Route & Contract>,
  { version, prefix }: { version: string; prefix: string },
): OpenApiDocument {
  const schemas: Json = { Problem: schemaOf(Problem, {}) };
  const paths: OpenApiDocument['paths'] = {};
  for (const [name, route] of Object.entries(calls)) {
    const path = `/${route.route}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'gitops-healthcare',
      version,
      description:
        'Records every commit of a regulated software team, scores its risk, and keeps tamper-evident evidence. ' +
        'A token for one tenant never reads or writes another.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: prefix }],
    tags: Object.entries(tags).map(([tag, description]) => ({ name: tag, description })),
    paths,
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'A problem (RFC 9457); `type` says which',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        signature: { type: 'apiKey', in: 'header', name: 'X-Hub-Signature-256' },
      },
    },
  };
}

function operation(name: string, route: Route & Contract, schemas: Json): Operation {
  const body = route.body ?? route.ownBody;
  return {
    operationId: name,
    tags: [tagOf(route)],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: securityOf(route.access),
    parameters: [...pathOf(route), ...queryOf(route), ...versionOf(route)],
    ...(body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemaOf(body, schemas),
            ...(route.examples && {
              examples: Object.fromEntries(
                Object.entries(route.examples).map(([title, value]) => [title, { value }]),
              ),
            }),
          },
        },
      },
    }),
    responses: responsesOf(route, schemas),
  };
}

function tagOf({ route }: Route): string {
  const [, room = ''] = /^v1\/tenants\/{tenantId}\/([\w-]+)/.exec(route) ?? [];
  if (room === '') return 'service';
  return room in tags ? room : 'commits';
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'everybody') return [];
  return access === 'webhook-signature' ? [{ signature: [] }] : [{ bearer: [access] }];
}

function pathOf({ route }: Route): Parameter[] {
  return [...route.matchAll(/{(\w+)}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...described(schemaOf(pathParameters[name] ?? z.string(), {})),
  }));
}

function queryOf({ query }: Contract): Parameter[] {
  if (!(query instanceof z.ZodObject)) return [];
  return Object.entries(query.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    ...described(parameterSchema(schema)),
  }));
}

function versionOf({ hasVersions }: Contract): Parameter[] {
  if (!hasVersions) return [];
  const description =
    'The `ETag` of the version that was looked at; the call is refused with 412 where it has changed';
  return [{ name: 'If-Match', in: 'header', required: false, description, schema: { type: 'string' } }];
}

/** A parameter is written as text and means what comes of it: a number, mostly; where nothing is told of that, the text. */
function parameterSchema(schema: z.ZodType): Json {
  const read = toJson(schema, 'output');
  return 'type' in read || 'enum' in read ? read : toJson(schema, 'input');
}

function described({ description, ...schema }: Json): { description?: string; schema: Json } {
  return { ...(typeof description === 'string' && { description }), schema };
}

function responsesOf(route: Route & Contract, schemas: Json): Record<string, Json> {
  const responses: Record<string, Json> = {};
  for (const [status, { description, schema, formats = {} }] of Object.entries(route.answers)) {
    const content = {
      ...(schema && { 'application/json': { schema: schemaOf(schema, schemas) } }),
      ...Object.fromEntries(
        Object.entries(formats).map(([type, text]) => [
          type,
          { schema: { type: 'string', description: text } },
        ]),
      ),
    };
    const headers = route.hasVersions && { headers: { ETag: { schema: { type: 'string' } } } };
    responses[status] = { description, ...headers, content };
  }
  const problem = { $ref: '#/components/responses/Problem' };
  for (const status of problemsOf(route)) responses[status] ??= problem;
  responses.default = problem;
  return responses;
}

function problemsOf(route: Route & Contract): number[] {
  if (route.access === 'everybody') return [];
  const hasBody = route.body ?? route.ownBody;
  return [
    400,
    401,
    ...(route.access === 'webhook-signature' ? [] : [403]),
    ...(route.route.includes('{commitHash}') || route.route.includes('{date}') ? [404] : []),
    ...(route.hasVersions ? [412] : []),
    ...(hasBody ? [413, 415] : []),
    503,
  ];
}

/** A schema with a name of its own moves to the components, and so does each that it holds. */
function schemaOf(schema: z.ZodType, schemas: Json): Json {
  const { $defs, ...json } = toJson(schema, 'input');
  for (const [name, definition] of Object.entries(($defs as Json | undefined) ?? {}))
    schemas[name] = definition;
  return json;
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
