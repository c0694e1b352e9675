import type { Container } from '@azure/cosmos';
import { Account, failure, onEmulator } from './account';

const start = Date.UTC(2026, 0, 1);
let nowMs = start;
let account: Account;
beforeAll(async () => {
  account = await Account.open({ now: () => nowMs });
});
beforeEach(() => {
  nowMs = start;
});
afterAll(() => account.close());

const pass = (seconds: number) => {
  nowMs += seconds * 1000;
};
const there = async (container: Container, id: string) =>
  (await container.item(id, 'a').read()).statusCode === 200;

describe('time to live', () => {
  onEmulator('ends by the container default (on an emulator: its clock is set)', async () => {
    const container = await account.container({ defaultTtl: 10 });
    await container.items.create({ id: 'x', pk: 'a' });
    pass(9);
    expect(await there(container, 'x')).toBe(true);
    pass(1);
    expect(await there(container, 'x')).toBe(false);
  });

  onEmulator('of an item overrides the default (on an emulator: its clock is set)', async () => {
    const container = await account.container({ defaultTtl: 10 });
    await container.items.create({ id: 'short', pk: 'a', ttl: 5 });
    await container.items.create({ id: 'never', pk: 'a', ttl: -1 });
    pass(5);
    expect(await there(container, 'short')).toBe(false);
    pass(1_000_000);
    expect(await there(container, 'never')).toBe(true);
  });

  onEmulator('is ignored where the container has it off (on an emulator: its clock is set)', async () => {
    const container = await account.container();
    await container.items.create({ id: 'x', pk: 'a', ttl: 1 });
    pass(100);
    expect(await there(container, 'x')).toBe(true);
  });

  onEmulator('has no default where the container says -1 (on an emulator: its clock is set)', async () => {
    const container = await account.container({ defaultTtl: -1 });
    await container.items.create({ id: 'x', pk: 'a' });
    await container.items.create({ id: 'y', pk: 'a', ttl: 1 });
    pass(100);
    expect(await there(container, 'x')).toBe(true);
    expect(await there(container, 'y')).toBe(false);
  });

  onEmulator('counts from the last write (on an emulator: its clock is set)', async () => {
    const container = await account.container({ defaultTtl: 10 });
    await container.items.create({ id: 'x', pk: 'a' });
    pass(6);
    await container.items.upsert({ id: 'x', pk: 'a' });
    pass(6);
    expect(await there(container, 'x')).toBe(true);
  });

  onEmulator(
    'changed on the container applies to the items that are there (on an emulator: its clock is set)',
    async () => {
      const container = await account.container();
      await container.items.create({ id: 'x', pk: 'a' });
      pass(20);
      await container.replace({
        id: container.id,
        partitionKey: { paths: ['/pk'], version: 2 },
        defaultTtl: 10,
      } as never);
      expect(await there(container, 'x')).toBe(false);
    },
  );

  onEmulator('hides an expired item from every access (on an emulator: its clock is set)', async () => {
    const container = await account.container({
      defaultTtl: 10,
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/mail'] }] },
    });
    const { etag } = await container.items.create({ id: 'x', pk: 'a', mail: 'm' });
    pass(10);
    const match = { accessCondition: { type: 'IfMatch', condition: etag } };
    const item = container.item('x', 'a');
    expect((await failure(item.replace({ id: 'x', pk: 'a' }, match))).code).toBe(404);
    expect((await failure(item.delete())).code).toBe(404);
    expect((await failure(item.patch([{ op: 'set', path: '/x', value: 1 }]))).code).toBe(404);
    expect((await container.items.query('SELECT * FROM c').fetchAll()).resources).toEqual([]);
    expect((await container.items.query('SELECT VALUE COUNT(1) FROM c').fetchAll()).resources).toEqual([0]);
    const { result } = await container.items.getChangeFeedIterator({}).readNext();
    expect(result ?? []).toEqual([]);
    expect((await container.items.create({ id: 'y', pk: 'a', mail: 'm' })).statusCode).toBe(201);
    expect((await container.items.create({ id: 'x', pk: 'a', mail: 'n' })).statusCode).toBe(201);
  });

  onEmulator(
    'lets an upsert of an expired item be a creation (on an emulator: its clock is set)',
    async () => {
      const container = await account.container({ defaultTtl: 10 });
      await container.items.create({ id: 'x', pk: 'a' });
      pass(10);
      expect((await container.items.upsert({ id: 'x', pk: 'a' })).statusCode).toBe(201);
    },
  );

  it.each([0, -2, null, '10', 1.5, 2_147_483_648])('of %j on an item is refused', async (ttl) => {
    const container = await account.container({ defaultTtl: 10 });
    expect((await failure(container.items.create({ id: 'bad', pk: 'a', ttl: ttl as number }))).code).toBe(
      400,
    );
  });
});
