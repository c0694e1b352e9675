import { Engine } from '../../../local/emulator/engine';
import { openMemoryStore } from '../../../local/emulator/storage/memoryStore';
import { sweepOnce } from '../../../local/emulator/sweep';

describe('the sweep', () => {
  it('takes expired items off the store, past items that never expire, and deleted containers whole', async () => {
    let nowMs = 1_000_000;
    const store = openMemoryStore();
    const engine = new Engine(store, () => nowMs);
    await engine.catalog.createDatabase('db');
    const definition = { id: 'c', partitionKey: { paths: ['/pk'], version: 2 }, defaultTtl: 10 };
    const container = await engine.catalog.createContainer('db', definition);
    const create = (item: object) =>
      engine.queue.write((transaction) =>
        engine.items.create(transaction, container, ['p'], { pk: 'p', ...item }),
      );
    for (let n = 0; n < 600; n += 1) await create({ id: `held${n}`, ttl: -1 });
    await create({ id: 'default' });
    await create({ id: 'own', ttl: 5 });
    const count = (kind: string) => [...store.keys({ start: kind, end: `${kind}\u00ff` })].length;
    expect(count('I')).toBe(602);
    nowMs += 7_000;
    await sweepOnce(engine);
    expect(count('I')).toBe(601);
    nowMs += 7_000;
    await sweepOnce(engine);
    expect([count('I'), count('D'), count('L'), count('X')]).toEqual([600, 600, 600, 0]);
    await engine.catalog.deleteContainer('db', 'c');
    while (count('G') > 0) await sweepOnce(engine);
    expect([count('I'), count('D'), count('L'), count('N'), count('C')]).toEqual([0, 0, 0, 0, 0]);
    await engine.close();
  });
});
