import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import createClient from 'openapi-fetch';
import type { OpenApiDocument, Operation } from '../../src/functions/contract/openApiDocument';
import type { paths } from '../golden/api';
import { type RunningStack, startStackForSuite } from './runningStack';

// The questions people ask, on the built bundle in the local stack, by a client made from the served document.

let stack: RunningStack;
let document: OpenApiDocument;

startStackForSuite(async (started) => {
  stack = started;
  document = (await (await fetch(`${stack.apiUrl}/openapi.json`)).json()) as OpenApiDocument;
});

/** What is wrong with an answer by the document; empty where it is as told. */
async function misfits(operation: Operation, answer: Response): Promise<unknown[]> {
  const response = operation.responses[answer.status] as
    | { content?: Record<string, { schema: object }> }
    | undefined;
  const schema = response?.content?.['application/json']?.schema;
  if (!schema) return [`${answer.status} with JSON is not in the document`];
  const ajv = addFormats(new Ajv2020({ strict: false }));
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(await answer.json()) ? [] : [operation.operationId, ...(validate.errors ?? [])];
}

describe('the served document', () => {
  it('has examples that work as they are shown, with answers as they are told', async () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    let tried = 0;
    // POST before PUT: what is reviewed must be there.
    for (const { path, method, operation } of operations.toSorted((a, b) => (a.method < b.method ? -1 : 1))) {
      if (operation.security.some(({ bearer }) => bearer === undefined)) continue;
      for (const { value } of examplesOf(operation)) {
        const filled = path
          .replace('{tenantId}', stack.tenantId)
          .replace('{commitHash}', 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0');
        const answer = await fetch(`${stack.apiUrl}${filled}`, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' },
          body: JSON.stringify(value),
        });
        expect([operation.operationId, answer.status < 300]).toEqual([operation.operationId, true]);
        expect(await misfits(operation, answer)).toEqual([]);
        tried++;
      }
    }
    expect(tried).toBeGreaterThanOrEqual(3);
  });

  it('tells every answer to a plain question as it comes', async () => {
    for (const [path, { get: operation }] of Object.entries(document.paths)) {
      const told = operation?.responses['200'] as { content?: object } | undefined;
      if (!operation || /{date}/.test(path) || !('application/json' in (told?.content ?? {}))) continue;
      const filled = path
        .replace('{tenantId}', stack.tenantId)
        .replace('{commitHash}', 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0');
      const answer = await fetch(`${stack.apiUrl}${filled}`, {
        headers: { authorization: `Bearer ${stack.token}` },
      });
      if (operation.operationId === 'auditHead' && answer.status === 404) continue;
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, 200]);
      expect(await misfits(operation, answer)).toEqual([]);
    }
  });

  it('is shown as a page that runs no script and asks nobody else', async () => {
    const page = await fetch(`${stack.apiUrl}/docs`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(await page.text()).toContain('<h2 id="tag-commits">');
  });
});

describe('a client made from the document', () => {
  const client = () =>
    createClient<paths, 'application/json'>({
      baseUrl: stack.apiUrl,
      headers: { authorization: `Bearer ${stack.token}` },
    });

  it('stores a commit, lists it, reviews the version that it saw, and learns what is wrong', async () => {
    const { tenantId } = stack;
    const path = { tenantId };
    const stored = await client().POST('/v1/tenants/{tenantId}/commits', {
      params: { path },
      body: {
        commitHash: 'c0ffee1',
        message: 'fix: round the dose down',
        timestamp: '2024-05-05T05:05:05Z',
        author: 'kim@example.org',
        filesChanged: ['src/pump/dose.c'],
      },
    });
    expect(stored.response.status).toBe(201);

    const range = { startDate: '2024-05-01', endDate: '2024-05-31', limit: 10 };
    const list = await client().GET('/v1/tenants/{tenantId}/commits', { params: { path, query: range } });
    expect(list.data?.items.map(({ commitHash, author }) => [commitHash, author])).toEqual([
      ['c0ffee1', 'kim@example.org'],
    ]);
    expect(list.data?.nextCursor).toBeNull();

    const review = (etag: string) =>
      client().PUT('/v1/tenants/{tenantId}/commits/{commitHash}/review', {
        params: { path: { tenantId, commitHash: 'c0ffee1' }, header: { 'If-Match': etag } },
        body: { status: 'approved' },
      });
    const seen = list.data?.items[0]?._etag ?? '';
    expect((await review(seen)).data?.review?.status).toBe('approved');
    expect((await review(seen)).error).toMatchObject({ status: 412 });

    const wrong = await client().GET('/v1/tenants/{tenantId}/commits', {
      params: { path, query: { ...range, limit: 501 } },
    });
    expect(wrong.error).toMatchObject({
      errors: [{ path: 'limit', message: 'must be a whole number from 1 to 500' }],
    });
  });
});

function examplesOf({ requestBody }: Operation): { value: unknown }[] {
  return Object.values(
    (requestBody?.content['application/json']?.examples ?? {}) as Record<string, { value: unknown }>,
  );
}
