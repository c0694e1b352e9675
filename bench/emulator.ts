import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Container, OperationInput } from '@azure/cosmos';
import { type Peer, startOurs, startVercel, time } from './emulatorPeers';

/** One server's figures: milliseconds a piece unless the name says otherwise. */
type Figures = Record<string, number | string | undefined>;

const slowMs = 2_000;

const text = 'x'.repeat(850);
const item = (id: string, tenantId: string) => ({
  id,
  tenantId,
  commitDate: '2026-01-15',
  riskScore: 0.5,
  text,
});

async function makeContainer({ client }: Peer): Promise<Container> {
  const { database } = await client.databases.create({ id: 'bench' });
  const partitionKey = { paths: ['/tenantId', '/commitDate'], kind: 'MultiHash', version: 2 } as never;
  const { container } = await database.containers.create({ id: 'items', partitionKey });
  return container;
}

async function bulk(container: Container): Promise<number | string> {
  const operations: OperationInput[] = Array.from({ length: 500 }, (_, n) => ({
    operationType: 'Create',
    partitionKey: ['bulk', '2026-01-15'],
    resourceBody: item(`bulk${n}`, 'bulk'),
  }));
  try {
    const { total } = await time(5, 1, (part) =>
      container.items.bulk(operations.slice(part * 100, part * 100 + 100)),
    );
    const { resources } = await container.items
      .query({
        query: 'SELECT VALUE COUNT(1) FROM c WHERE c.tenantId = @t',
        parameters: [{ name: '@t', value: 'bulk' }],
      })
      .fetchAll();
    return resources[0] === 500 ? total : 'not supported';
  } catch {
    return 'not supported';
  }
}

async function measure(peer: Peer, items: number): Promise<Figures> {
  const container = await makeContainer(peer);
  const key = ['point', '2026-01-15'];
  // A few turns first, so that both measure warm code.
  await time(200, 1, (n) => container.items.create(item(`warm${n}`, 'warm')));
  const write = await time(1000, 1, (n) => container.items.create(item(`p${n}`, 'point')));
  const read = await time(1000, 1, (n) => container.item(`p${n}`, key).read());
  const bulkMs = await bulk(container);
  await time(100, 8, (n) => container.items.create(item(`q${n}`, 'wanted')));
  const load = await time(items, 16, (n) => container.items.create(item(`l${n}`, `tenant${n % 200}`)));
  const spec = {
    query: 'SELECT * FROM c WHERE c.tenantId = @t',
    parameters: [{ name: '@t', value: 'wanted' }],
  };
  const ask = async () => {
    const { resources } = await container.items.query(spec, { maxItemCount: 100 }).fetchAll();
    if (resources.length !== 100) throw new Error(`the prefix query found ${resources.length} items`);
  };
  const once = await time(1, 1, ask);
  // One turn of minutes says enough.
  const query = once.median > slowMs ? once : await time(25, 1, ask);
  return {
    'ready in ms': peer.readyMs,
    'point write ms': write.median,
    'point read ms': read.median,
    'bulk of 500 ms': bulkMs,
    [`loading ${items} items, items/s`]: items / (load.total / 1000),
    [`prefix query, 100 of ${items}, ms`]: query.median,
    'memory after that, MiB': peer.residentMiB(),
  };
}

async function measured(start: () => Promise<Peer>, items: number): Promise<Figures> {
  const peer = await start();
  try {
    return await measure(peer, items);
  } finally {
    await peer.stop();
  }
}

const shown = (value: number | string | undefined): string =>
  typeof value === 'number' ? value.toFixed(value < 100 ? 2 : 0) : (value ?? 'unknown');

function report(vercel: Figures, memory: Figures, disk: Figures): void {
  const line = (name: string, cells: string[]) =>
    process.stdout.write(`${name.padEnd(40)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
  line('same client, same work', ['vercel', 'ours, memory', 'ratio', 'ours, disk', 'ratio']);
  for (const name of Object.keys(memory)) {
    const base = vercel[name];
    const ratio = (ours: Figures) => {
      const value = ours[name];
      if (typeof base !== 'number' || typeof value !== 'number') return '';
      return `${(name.endsWith('/s') ? value / base : base / value).toFixed(2)}x`;
    };
    line(name, [shown(base), shown(memory[name]), ratio(memory), shown(disk[name]), ratio(disk)]);
  }
  process.stdout.write(
    'A ratio above 1 is in favour of ours. The peer keeps everything in memory: like for like is ours in memory.\n' +
      'Ours on disk flushes every acknowledged write, so its writes take as long as this disk takes to flush.\n',
  );
}

/** The emulator beside `@vercel/cosmosdb-server`: `npm run bench -- emulator [--items 100000]`. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { items: { type: 'string', default: '100000' } } });
  const items = Number(values.items);
  const directory = mkdtempSync(join(tmpdir(), 'bench-emulator-'));
  try {
    const disk = await measured(() => startOurs('--data', directory), items);
    const memory = await measured(() => startOurs('--memory'), items);
    const vercel = await measured(startVercel, items);
    report(vercel, memory, disk);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
