import { readFileSync, writeFileSync } from 'node:fs';
import { apiDocument } from '../../src/functions/contract';
import { documentPage, documentStyle } from '../../src/functions/contract/documentPage';
import { routes } from '../../src/functions/routes';
import { clientTypes, validateOpenApi } from './client/generate';

const document = apiDocument();

it('is OpenAPI 3.1 to a public validator', async () => {
  expect(await validateOpenApi(document)).toEqual({ valid: true, version: '3.1', errors: undefined });
}, 60_000);

it('has every route, with its access and an answer that it gives where all is well', () => {
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, responses }]) => [
      operationId,
      method.toUpperCase(),
      path,
      security.length > 0,
      Object.keys(responses).some((status) => status.startsWith('2')),
    ]),
  );
  expect(told.toSorted()).toEqual(
    Object.entries(routes)
      .map(([name, { method, route, access }]) => [name, method, `/${route}`, access !== 'everybody', true])
      .toSorted(),
  );
});

it('says what a parameter means and allows, from the schema that checks it', () => {
  const { parameters = [] } = document.paths['/v1/tenants/{tenantId}/commits']?.get ?? {};
  expect(parameters.find(({ name }) => name === 'limit')).toEqual({
    name: 'limit',
    in: 'query',
    required: false,
    description: 'Items a page at most',
    schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
  });
  expect(parameters.find(({ name }) => name === 'minRisk')?.schema).toMatchObject({
    type: 'number',
    minimum: 0,
    maximum: 1,
  });
  expect(parameters.every(({ schema }) => 'type' in schema)).toBe(true);
});

it('refers to nothing that it does not hold', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  const missing = references.filter(
    ([, kind = '', name = '']) => !(name in document.components[kind as 'schemas' | 'responses']),
  );
  expect(references.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

it('makes the types that the tests call the stack with (UPDATE_GOLDEN=1 rewrites them)', async () => {
  const file = 'test/golden/api.d.ts';
  const made = await clientTypes(document);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, made);
  expect(made).toBe(readFileSync(file, 'utf8'));
}, 60_000);

it('shows itself on a page without scripts, with nothing from elsewhere and nothing unescaped', () => {
  const page = documentPage({
    ...document,
    info: { ...document.info, description: '<script>alert(1)</script>' },
  });
  expect(page).not.toContain('<script');
  expect(page).toContain('&#60;script&#62;alert(1)');
  expect(page).toContain(`<style>${documentStyle}</style>`);
  expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target)).toEqual(
    expect.arrayContaining(['openapi.json']),
  );
  expect(page).not.toMatch(/(?:src|href)="(?!#|openapi\.json)/);
  for (const name of Object.keys(routes)) expect(page).toContain(`id="${name}"`);
});
