import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Container, OperationInput } from '@azure/cosmos';
import { median, type Peer, startOurs, startVercel, time } from './emulatorPeers';

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

const bulkSize = 500;

/** Milliseconds of a bulk of 500 creates, as the requests of 100 that the client allows. */
async function bulk(container: Container, round: number): Promise<number> {
  const tenantId = `bulk${round}`;
  const operations: OperationInput[] = Array.from({ length: bulkSize }, (_, n) => ({
    operationType: 'Create',
    partitionKey: [tenantId, '2026-01-15'],
    resourceBody: item(`bulk${n}`, tenantId),
  }));
  const { total } = await time(bulkSize / 100, 1, async (part) => {
    const results = await container.items.bulk(operations.slice(part * 100, part * 100 + 100));
    if (results.some(({ statusCode }) => statusCode !== 201)) throw new Error('the bulk failed');
  });
  return total;
}

/** A server under measurement with its container and what was measured of it. */
interface Contender {
  peer: Peer;
  container: Container;
  figures: Figures;
}

async function enter(peer: Peer): Promise<Contender> {
  return { peer, container: await makeContainer(peer), figures: { 'ready in ms': peer.readyMs } };
}

/** Measures all contenders in turns, round by round, so that whatever else the machine does meets them alike. */
async function inTurns(
  contenders: Contender[],
  name: string,
  rounds: number,
  work: (container: Container, round: number) => Promise<number[]>,
): Promise<void> {
  const measured = contenders.map((contender) => ({ ...contender, took: [] as number[], processorMs: 0 }));
  for (let round = 0; round < rounds; round += 1)
    for (const contender of measured) {
      const before = contender.peer.processorMs() ?? Number.NaN;
      contender.took.push(...(await work(contender.container, round)));
      contender.processorMs += (contender.peer.processorMs() ?? Number.NaN) - before;
    }
  for (const { figures, took } of measured) figures[name] = median(took);
  if (name.endsWith(' ms'))
    for (const { figures, took, processorMs } of measured)
      figures[`${name}, server's processor`] = processorMs / took.length;
}

const wanted = {
  query: 'SELECT * FROM c WHERE c.tenantId = @t',
  parameters: [{ name: '@t', value: 'wanted' }],
};

async function askForWanted(container: Container): Promise<void> {
  const { resources } = await container.items.query(wanted, { maxItemCount: 100 }).fetchAll();
  if (resources.length !== 100) throw new Error(`the prefix query found ${resources.length} items`);
}

async function measure(contenders: Contender[], items: number): Promise<void> {
  const key = ['point', '2026-01-15'];
  // A few turns first, so that all measure warm code.
  for (const { container } of contenders) {
    await time(200, 1, (n) => container.items.create(item(`warm${n}`, 'warm')));
    for (let round = -10; round < 0; round += 1) await bulk(container, round);
  }
  await inTurns(contenders, 'point write ms', 20, async (container, round) => {
    const create = (n: number) => container.items.create(item(`p${round * 50 + n}`, 'point'));
    return (await time(50, 1, create)).samples;
  });
  await inTurns(contenders, 'point read ms', 20, async (container, round) => {
    const read = (n: number) => container.item(`p${round * 50 + n}`, key).read();
    return (await time(50, 1, read)).samples;
  });
  await inTurns(contenders, `bulk of ${bulkSize} ms`, 10, async (container, round) => [
    await bulk(container, round),
  ]);
  for (const { container } of contenders)
    await time(100, 8, (n) => container.items.create(item(`q${n}`, 'wanted')));
  await load(contenders, items);
  for (const { container, figures } of contenders) {
    const once = await time(1, 1, () => askForWanted(container));
    // One turn of seconds or minutes says enough.
    const query = once.total > slowMs ? once : await time(25, 1, () => askForWanted(container));
    figures[`prefix query, 100 of ${items}, ms`] = median(query.samples);
  }
  for (const { peer, figures } of contenders) figures['memory after that, MiB'] = peer.residentMiB();
}

/** How many of the items are created one by one, which is timed; the others come in bulks, as only their number counts. */
const singlesMax = 2_000;
const loadParts = 20;

const filler = (n: number) => item(`l${n}`, `tenant${n % 200}`);

async function load(contenders: Contender[], items: number): Promise<void> {
  const singles = Math.min(items, singlesMax);
  const part = Math.ceil(singles / loadParts);
  await inTurns(contenders, `loading, items/s`, loadParts, async ({ items: feed }, round) => {
    const took = await time(part, 16, (n) => feed.create(filler(round * part + n)));
    return [part / (took.total / 1000)];
  });
  for (let first = part * loadParts; first < items; first += 100)
    for (const { container } of contenders) await loadBulk(container, first, Math.min(first + 100, items));
}

async function loadBulk(container: Container, from: number, to: number): Promise<void> {
  const operations: OperationInput[] = Array.from({ length: to - from }, (_, n) => {
    const resourceBody = filler(from + n);
    const partitionKey = [resourceBody.tenantId, resourceBody.commitDate];
    return { operationType: 'Create', partitionKey, resourceBody };
  });
  const results = await container.items.bulk(operations);
  if (results.some(({ statusCode }) => statusCode !== 201)) throw new Error('the bulk failed');
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
    'The items beyond the first 2,000 are loaded in bulks. A prefix query that takes seconds is asked once.\n' +
      "The server's processor: its own time on a core, a mean, which says the same on a busy machine.\n" +
      'A ratio above 1 is in favour of ours. The peer keeps everything in memory: like for like is ours in memory.\n' +
      'Ours on disk flushes every acknowledged write, so its writes take as long as this disk takes to flush.\n',
  );
}

/**
 * The emulator beside `@vercel/cosmosdb-server`, in turns: `npm run bench -- emulator [--items 100000]`. At 100,000 items most
 * of the time goes into the peer's one prefix query: a query that takes seconds is asked once and not 25 times.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { items: { type: 'string', default: '100000' } } });
  const directory = mkdtempSync(join(tmpdir(), 'bench-emulator-'));
  const contenders: Contender[] = [];
  try {
    for (const start of [startVercel, () => startOurs('--memory'), () => startOurs('--data', directory)])
      contenders.push(await enter(await start()));
    await measure(contenders, Number(values.items));
    const [vercel = {}, memory = {}, disk = {}] = contenders.map(({ figures }) => figures);
    report(vercel, memory, disk);
  } finally {
    for (const { peer } of contenders) await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
