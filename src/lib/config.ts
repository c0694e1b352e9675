import { z } from 'zod';

/** Seven calendar years hold at most two leap days. */
const retentionDaysDefault = 2557;
/** Six years: 45 CFR 164.316(b)(2)(i). */
const retentionDaysMin = 2192;

const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const number = (fallback: number) =>
  z.string().trim().regex(/^\d+$/, 'must be a whole number').default(String(fallback)).transform(Number);

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be valid JSON' });
    return z.NEVER;
  }
});

/** What a caller may be allowed to do; each route asks for exactly one. None implies another. */
export const Role = z.enum(['commits.write', 'commits.read', 'reviews.write', 'audit.read', 'admin']);
export type Role = z.infer<typeof Role>;

/** The rule of `TenantId`, which a leaf cannot import; a test keeps the two equal. */
const tenantId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be a tenant id');
const tenantIds = z.union([tenantId, z.array(tenantId).min(1)], {
  error: 'must be a tenant id or a list of tenant ids',
});
const textList = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'must be a text or a list of texts',
});
/** Marks who vouches for an actor in the audit log: `<id>:<subject>`. */
const issuerId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and "-"');

/** Keys over plain http could be swapped on the way, so http is for this machine only. */
const secureUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/i.test(url), {
    message: 'must be https (http only to localhost)',
  });

/** Public, asymmetric keys. A private or shared key here would be a secret in a setting meant for everybody. */
const publicKeys = z.object({
  keys: z
    .array(
      z
        .record(z.string(), z.unknown())
        .refine((key) => key.kty !== 'oct' && key.d === undefined, { message: 'must be a public key' }),
    )
    .min(1),
});

/** One claim by name, or the path to a claim within claims: `["realm_access", "roles"]`. */
const claim = textList;
const separator = z.string().min(1).max(3).optional();

/**
 * One trusted issuer of bearer tokens, written out. Either `jwksUri` (fetched and cached) or `jwks` (keys written out).
 * A claim's value may be a text, a whole number or a list of them. With a `separator` a text is a list too, parted by it
 * (a space for OAuth's `scope`); never by itself, since names that anybody may choose can hold spaces.
 * - `tenants`: the claim that says for which tenants a token is good; `map` turns its values (an owner's id, a group's
 *   id) into tenant ids, and drops the values it does not know. Without a map the value is the tenant id.
 * - `roles`: alike; `grant` gives roles to every token of this issuer.
 * - `subject`: the claim recorded as the actor of a change, default `sub`.
 * - `require`: claims that must be present with one of the given values.
 */
const TokenIssuer = z
  .strictObject({
    preset: z.undefined().optional(),
    id: issuerId,
    issuer: z.string().min(1),
    audience: textList,
    jwksUri: secureUrl.optional(),
    jwks: publicKeys.optional(),
    algorithms: z
      .array(
        z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
      )
      .min(1)
      .default(['RS256', 'ES256']),
    tenants: z.strictObject({ claim, separator, map: z.record(z.string(), tenantIds).optional() }),
    roles: z
      .strictObject({
        claim: claim.optional(),
        separator,
        map: z.record(z.string(), z.array(Role)).optional(),
        grant: z.array(Role).optional(),
      })
      .refine((roles) => roles.claim !== undefined || roles.grant !== undefined, {
        message: 'needs claim or grant',
      }),
    subject: z.strictObject({ claim }).default({ claim: 'sub' }),
    require: z.record(z.string().min(1), textList).optional(),
  })
  .refine((issuer) => (issuer.jwksUri === undefined) !== (issuer.jwks === undefined), {
    message: 'needs either jwksUri or jwks',
  });
export type TokenIssuer = z.infer<typeof TokenIssuer>;

/**
 * Microsoft Entra ID: `directories` maps the id of a directory (`tid`) to our tenants, `audience` is the application
 * id of the API's registration, and its app roles bear the names of our roles unless `roles` translates them.
 */
const EntraIssuer = z.strictObject({
  preset: z.literal('entra'),
  id: issuerId.default('entra'),
  audience: textList,
  directories: z.record(z.guid('must be the id of a directory'), tenantIds),
  roles: z.record(z.string(), z.array(Role)).optional(),
  /** Another cloud than the public one: `https://login.microsoftonline.us`. */
  authority: secureUrl.default('https://login.microsoftonline.com'),
});
export type EntraIssuer = z.infer<typeof EntraIssuer>;

/**
 * GitHub Actions: `owners` maps a `repository_owner_id` to our tenants. Ids, since a name that was given up can be
 * registered by somebody else. `issuer` is for GitHub Enterprise; `require` narrows further, by `repository_id`
 * or `environment` for instance.
 */
const GitHubActionsIssuer = z.strictObject({
  preset: z.literal('github-actions'),
  id: issuerId.default('github-actions'),
  audience: textList,
  owners: z.record(z.string().regex(/^\d+$/, 'must be a repository_owner_id'), tenantIds),
  issuer: secureUrl.default('https://token.actions.githubusercontent.com'),
  require: z.record(z.string().min(1), textList).optional(),
});
export type GitHubActionsIssuer = z.infer<typeof GitHubActionsIssuer>;

/** One entry of AUTH_ISSUERS: an issuer written out, or a preset that stands for one. */
export const Issuer = z.discriminatedUnion('preset', [EntraIssuer, GitHubActionsIssuer, TokenIssuer], {
  error: 'must be an issuer, or a preset: entra, github-actions',
});
export type Issuer = z.infer<typeof Issuer>;

const Issuers = z
  .array(Issuer)
  .min(1)
  .refine((issuers) => new Set(issuers.map(({ id }) => id)).size === issuers.length, {
    message: 'must each have an id of their own',
  });

const Environment = z
  .object({
    COSMOS_ENDPOINT: z.url({ protocol: /^https?$/ }),
    COSMOS_KEY: z.string().min(1).optional(),
    AZURE_CLIENT_ID: z.string().min(1).optional(),
    COSMOS_DATABASE: z.string().min(1).default('gitops-healthcare'),
    COSMOS_CONTAINER: z.string().min(1).default('commits'),
    COSMOS_PREFERRED_REGIONS: commaList.default([]),
    COSMOS_CONNECTION: z.string().min(1).optional(),
    COSMOS_CONNECTION__accountEndpoint: z.url({ protocol: /^https?$/ }).optional(),
    RETENTION_DAYS: number(retentionDaysDefault)
      .refine((days) => days >= retentionDaysMin, {
        message: `must be at least ${retentionDaysMin} (six years, 45 CFR 164.316(b)(2)(i))`,
      })
      .refine((days) => days <= 24_855, {
        message: 'must be at most 24855 (the longest TTL that Cosmos DB keeps)',
      }),
    AUTH_ISSUERS: json.pipe(Issuers),
    WEBHOOK_MASTER_KEY: commaList.pipe(
      z.array(z.string().min(32, 'each key must have at least 32 characters')).min(1),
    ),
    GITHUB_TOKEN: z.string().min(1).optional(),
    DIGEST_SCHEDULE: z
      .string()
      .regex(/^\S+(\s+\S+){5}$/, 'must have six fields: second minute hour day month weekday')
      .default('0 0 7 * * *'),
    SLOW_OPERATION_MS: number(100),
    APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().min(1).optional(),
  })
  .refine(
    (env) => env.COSMOS_CONNECTION !== undefined || env.COSMOS_CONNECTION__accountEndpoint !== undefined,
    {
      path: ['COSMOS_CONNECTION'],
      message: 'is missing (or COSMOS_CONNECTION__accountEndpoint for an identity)',
    },
  );

export interface Config {
  cosmos: {
    endpoint: string;
    /** Absent in production: the managed identity is used instead. */
    key: string | undefined;
    identityClientId: string | undefined;
    database: string;
    commitsContainer: string;
    preferredRegions: string[];
  };
  retentionDays: number;
  issuers: Issuer[];
  /** The newest first: it signs; all of them verify. */
  webhookMasterKeys: string[];
  githubToken: string | undefined;
  /** NCRONTAB with six fields, UTC. */
  digestSchedule: string;
  slowOperationMs: number;
  applicationInsightsConnectionString: string | undefined;
}

/** Settings that are missing or wrong. The message names every one of them and never a value. */
export class InvalidConfig extends Error {
  constructor(readonly issues: { name: string; message: string }[]) {
    super(`Wrong settings: ${issues.map(({ name, message }) => `${name} ${message}`).join('; ')}`);
    this.name = 'InvalidConfig';
  }
}

/**
 * Reads and checks every setting at once. An empty setting counts as absent.
 * @throws InvalidConfig
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    throw new InvalidConfig(
      parsed.error.issues.map(({ path, message }) => {
        const [name, ...rest] = path.map(String);
        const missing =
          name !== undefined &&
          rest.length === 0 &&
          present[name] === undefined &&
          !message.startsWith('is missing');
        return { name: [name, ...rest].join('.'), message: missing ? 'is missing' : message };
      }),
    );
  }
  const env = parsed.data;
  return Object.freeze({
    cosmos: Object.freeze({
      endpoint: env.COSMOS_ENDPOINT,
      key: env.COSMOS_KEY,
      identityClientId: env.AZURE_CLIENT_ID,
      database: env.COSMOS_DATABASE,
      commitsContainer: env.COSMOS_CONTAINER,
      preferredRegions: env.COSMOS_PREFERRED_REGIONS,
    }),
    retentionDays: env.RETENTION_DAYS,
    issuers: env.AUTH_ISSUERS,
    webhookMasterKeys: env.WEBHOOK_MASTER_KEY,
    githubToken: env.GITHUB_TOKEN,
    digestSchedule: env.DIGEST_SCHEDULE,
    slowOperationMs: env.SLOW_OPERATION_MS,
    applicationInsightsConnectionString: env.APPLICATIONINSIGHTS_CONNECTION_STRING,
  });
}

let config: Config | undefined;

/** The settings of this process, read once, at the first call. */
export function loadConfig(): Config {
  config ??= parseConfig(process.env);
  return config;
}
