import { randomUUID } from 'node:crypto';
import type { Container, PatchRequestBody } from '@azure/cosmos';
import { Account, failure } from './account';

let account: Account;
let container: Container;
beforeAll(async () => {
  account = await Account.open();
  container = await account.container({ defaultTtl: -1 });
});
afterAll(() => account.close());

async function patched(item: Record<string, unknown>, body: unknown): Promise<Record<string, unknown>> {
  const id = randomUUID();
  await container.items.create({ ...item, id, pk: 'a' });
  const { resource, statusCode } = await container.item(id, 'a').patch(body as PatchRequestBody);
  expect(statusCode).toBe(200);
  const {
    _rid,
    _self,
    _etag,
    _ts,
    _attachments,
    id: _id,
    pk: _pk,
    ...rest
  } = resource as Record<string, unknown>;
  return rest;
}

async function refusedPatch(item: Record<string, unknown>, body: unknown): Promise<unknown> {
  const id = randomUUID();
  const { etag } = await container.items.create({ ...item, id, pk: 'a' });
  const { code } = await failure(container.item(id, 'a').patch(body as PatchRequestBody));
  expect((await container.item(id, 'a').read()).etag).toBe(etag);
  return code;
}

describe('patch', () => {
  it.each<[string, Record<string, unknown>, unknown[], Record<string, unknown>]>([
    ['add makes a property', {}, [{ op: 'add', path: '/x', value: 1 }], { x: 1 }],
    ['add replaces a property', { x: 0 }, [{ op: 'add', path: '/x', value: 1 }], { x: 1 }],
    ['add inserts into an array', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
    ['add at - appends', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
    ['add at the length appends', { l: [1] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2] }],
    ['set overwrites an element', { l: [1, 2] }, [{ op: 'set', path: '/l/0', value: 9 }], { l: [9, 2] }],
    ['set makes a property', {}, [{ op: 'set', path: '/x', value: null }], { x: null }],
    [
      'set reaches into objects',
      { o: { a: 1 } },
      [{ op: 'set', path: '/o/b', value: 2 }],
      { o: { a: 1, b: 2 } },
    ],
    ['replace changes a property', { x: 1 }, [{ op: 'replace', path: '/x', value: 2 }], { x: 2 }],
    ['remove takes a property away', { x: 1, y: 2 }, [{ op: 'remove', path: '/x' }], { y: 2 }],
    ['remove takes an element away', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/1' }], { l: [1, 3] }],
    ['incr adds to a number', { n: 1 }, [{ op: 'incr', path: '/n', value: 2.5 }], { n: 3.5 }],
    ['incr subtracts', { n: 1 }, [{ op: 'incr', path: '/n', value: -2 }], { n: -1 }],
    ['incr makes a missing field', {}, [{ op: 'incr', path: '/n', value: 2 }], { n: 2 }],
    ['move renames a property', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    [
      '~1 and ~0 stand for / and ~',
      { 'a/b': 1, 'c~d': 1 },
      [
        { op: 'set', path: '/a~1b', value: 2 },
        { op: 'set', path: '/c~0d', value: 2 },
      ],
      { 'a/b': 2, 'c~d': 2 },
    ],
    ['ttl may be patched', {}, [{ op: 'set', path: '/ttl', value: 60 }], { ttl: 60 }],
    [
      'operations run in order',
      { n: 1 },
      [
        { op: 'incr', path: '/n', value: 1 },
        { op: 'set', path: '/m', value: 1 },
        { op: 'incr', path: '/n', value: 1 },
      ],
      { n: 3, m: 1 },
    ],
  ])('%s', async (_what, item, operations, expected) => {
    expect(await patched(item, operations)).toEqual(expected);
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'more than 10 operations',
      {},
      Array.from({ length: 11 }, (_, i) => ({ op: 'set', path: `/p${i}`, value: 1 })),
    ],
    ['no operations', {}, []],
    ['replace of a missing property', {}, [{ op: 'replace', path: '/x', value: 1 }]],
    ['remove of a missing property', {}, [{ op: 'remove', path: '/x' }]],
    ['a missing parent', {}, [{ op: 'set', path: '/a/b', value: 1 }]],
    ['a parent that is no object', { a: 1 }, [{ op: 'set', path: '/a/b', value: 1 }]],
    ['an index beyond the array', { l: [1] }, [{ op: 'add', path: '/l/5', value: 1 }]],
    ['incr of text', { n: 'x' }, [{ op: 'incr', path: '/n', value: 1 }]],
    ['incr by text', { n: 1 }, [{ op: 'incr', path: '/n', value: 'x' }]],
    ['the id', {}, [{ op: 'set', path: '/id', value: 'x' }]],
    ['the partition key', {}, [{ op: 'set', path: '/pk', value: 'x' }]],
    ['a system property', {}, [{ op: 'set', path: '/_ts', value: 1 }]],
    ['an unknown operation', {}, [{ op: 'test', path: '/x', value: 1 }]],
    ['move of a missing property', {}, [{ op: 'move', from: '/x', path: '/y' }]],
    ['a ttl of 0', {}, [{ op: 'set', path: '/ttl', value: 0 }]],
    ['a path without /', {}, [{ op: 'set', path: 'x', value: 1 }]],
    [
      'one bad operation after good ones',
      { n: 1 },
      [
        { op: 'incr', path: '/n', value: 1 },
        { op: 'remove', path: '/x' },
      ],
    ],
  ])('refuses %s, and changes nothing', async (_what, item, body) => {
    expect(await refusedPatch(item, body)).toBe(400);
  });

  it('runs where its condition is true of the stored item', async () => {
    const body = { operations: [{ op: 'set', path: '/x', value: 2 }], condition: 'from c where c.n > 1' };
    expect(await patched({ n: 2 }, body)).toEqual({ n: 2, x: 2 });
  });

  it('answers 412 where its condition is not true', async () => {
    const body = { operations: [{ op: 'set', path: '/x', value: 2 }], condition: 'from c where c.n > 1' };
    expect(await refusedPatch({ n: 1 }, body)).toBe(412);
    expect(await refusedPatch({}, body)).toBe(412);
  });

  it('answers 400 for a condition that is no condition', async () => {
    expect(
      await refusedPatch({}, { operations: [{ op: 'set', path: '/x', value: 2 }], condition: 'where where' }),
    ).toBe(400);
  });

  it('answers 404 for an item that is not there', async () => {
    const patch = container.item('nowhere', 'a').patch([{ op: 'set', path: '/x', value: 1 }]);
    expect((await failure(patch)).code).toBe(404);
  });

  it('answers 412 for a stale etag', async () => {
    await container.items.create({ id: 'etag', pk: 'a' });
    const stale = { accessCondition: { type: 'IfMatch', condition: '"x"' } };
    expect(
      (await failure(container.item('etag', 'a').patch([{ op: 'set', path: '/x', value: 1 }], stale))).code,
    ).toBe(412);
  });

  it('loses none of many concurrent increments', async () => {
    await container.items.create({ id: 'counter', pk: 'a', n: 0 });
    await Promise.all(
      Array.from({ length: 50 }, () =>
        container.item('counter', 'a').patch([{ op: 'incr', path: '/n', value: 1 }]),
      ),
    );
    expect((await container.item('counter', 'a').read()).resource?.n).toBe(50);
  });
});
