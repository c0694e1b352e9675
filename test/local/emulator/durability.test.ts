import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeFeedStartFrom, type Container, CosmosClient } from '@azure/cosmos';
import { buildSync } from 'esbuild';
import { startEmulator, wellKnownKey } from '../../../local/emulator/index';

/** 3 kills always; EMULATOR_KILLS=50 for the long run. */
const kills = Number(process.env.EMULATOR_KILLS ?? 3);

const directory = mkdtempSync(join(tmpdir(), 'emulator-'));
const program = join(directory, 'emulator.cjs');
const children = new Set<ChildProcess>();

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, '../../../local/emulator/main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    external: ['lmdb'],
  });
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  endpoint: string;
  line: string;
}

const nodePath = join(__dirname, '../../../node_modules');

function run(...args: string[]): {
  child: ChildProcess;
  ready: Promise<Running>;
  failed: Promise<{ code: number | null; error: string }>;
} {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, NODE_PATH: nodePath } });
  children.add(child);
  let output = '';
  let error = '';
  child.stderr?.on('data', (chunk) => {
    error += chunk;
  });
  const failed = new Promise<{ code: number | null; error: string }>((resolve) =>
    child.once('exit', (code) => {
      children.delete(child);
      resolve({ code, error });
    }),
  );
  const ready = new Promise<Running>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const endpoint = /(http:\/\/[^/\s]+)/.exec(output)?.[1];
      if (endpoint && output.includes('\n')) resolve({ child, endpoint, line: output });
    });
    void failed.then((result) => reject(new Error(`the emulator ended: ${result.error}`)));
  });
  ready.catch(() => undefined);
  return { child, ready, failed };
}

const clientOf = (endpoint: string) =>
  new CosmosClient({ endpoint, key: wellKnownKey, connectionPolicy: { requestTimeout: 5_000 } });

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

describe('the process', () => {
  it('prints one line with its endpoint and stops on SIGTERM with code 0', async () => {
    const { ready, failed } = run('--port', '0', '--memory');
    const { child, line, endpoint } = await ready;
    expect(line.trim().split('\n')).toHaveLength(1);
    expect((await clientOf(endpoint).getDatabaseAccount()).resource?.writableLocations).toHaveLength(1);
    child.kill('SIGTERM');
    expect((await failed).code).toBe(0);
  });

  it('says in one line that the port is taken', async () => {
    const other = await startEmulator({ port: 0, memory: true });
    const { code, error } = await run('--port', String(other.port), '--memory').failed;
    await other.close();
    expect([code, error]).toEqual([1, `emulator: port ${other.port} is in use\n`]);
  });

  it('says in one line that the data directory is in use', async () => {
    const data = join(directory, 'shared');
    const { ready } = run('--port', '0', '--data', data);
    const { child } = await ready;
    const { code, error } = await run('--port', '0', '--data', data).failed;
    await kill(child);
    expect(code).toBe(1);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(error).toContain(data);
  });

  it('says what is wrong with an option', async () => {
    expect((await run('--port', 'many').failed).code).toBe(2);
    expect((await run('--nonsense').failed).code).toBe(2);
  });
});

describe('data on disk', () => {
  it('is there after a restart: items, definitions, offers, etags, feed positions and counters', async () => {
    const dataDir = join(directory, 'restart');
    const definition = {
      id: 'c',
      partitionKey: { paths: ['/pk'], version: 2 },
      throughput: 700,
      defaultTtl: -1,
    };
    const first = await startEmulator({ port: 0, dataDir });
    const { database } = await clientOf(first.endpoint).databases.create({ id: 'db' });
    const { container } = await database.containers.create(definition);
    const { resource: before } = await container.items.create({ id: 'a', pk: 'p' });
    const iterator = container.items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    });
    await iterator.readNext();
    const { continuationToken } = await iterator.readNext();
    const page = await container.items.query('SELECT * FROM c', { maxItemCount: 1 }).fetchNext();
    expect(page.resources).toHaveLength(1);
    await first.close();

    const second = await startEmulator({ port: 0, dataDir });
    const again = clientOf(second.endpoint).database('db').container('c');
    expect((await again.item('a', 'p').read()).resource).toEqual(before);
    expect((await again.read()).resource?.defaultTtl).toBe(-1);
    expect((await again.readOffer()).resource?.content?.offerThroughput).toBe(700);
    const { resource: next } = await again.items.create({ id: 'b', pk: 'p' });
    expect(String(next?._rid) > String(before?._rid)).toBe(true);
    const feed = again.items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
    });
    expect((await feed.readNext()).result.map(({ id }) => id)).toEqual(['b']);
    await second.close();
  });

  it('of a deleted container never comes back under the same name', async () => {
    const dataDir = join(directory, 'deleted');
    const first = await startEmulator({ port: 0, dataDir });
    const { database } = await clientOf(first.endpoint).databases.create({ id: 'db' });
    const { container } = await database.containers.create({ id: 'c', partitionKey: '/pk' });
    await container.items.create({ id: 'a', pk: 'p' });
    await container.delete();
    await first.close();
    const second = await startEmulator({ port: 0, dataDir });
    const reopened = clientOf(second.endpoint).database('db');
    await reopened.containers.create({ id: 'c', partitionKey: '/pk' });
    expect((await reopened.container('c').items.readAll().fetchAll()).resources).toEqual([]);
    await second.close();
  });
});

/** Writes without pause until the connection breaks; what was acknowledged is remembered. */
async function writeUntilKilled(
  container: Container,
  acknowledged: Set<string>,
  round: number,
): Promise<void> {
  const single = async (worker: number) => {
    for (let n = 0; ; n += 1) {
      const id = `s-${round}-${worker}-${n}`;
      await container.items.create({ id, pk: 'single', text: 'x'.repeat(500) });
      acknowledged.add(id);
    }
  };
  const batches = async () => {
    for (let n = 0; ; n += 1) {
      const ids = [0, 1, 2, 3, 4].map((part) => `b-${round}-${n}-${part}`);
      const { code } = await container.items.batch(
        ids.map((id) => ({ operationType: 'Create' as const, resourceBody: { id, pk: 'batch' } })),
        'batch',
      );
      if (code === 200) for (const id of ids) acknowledged.add(id);
    }
  };
  await Promise.allSettled([single(0), single(1), single(2), batches()]);
}

describe('killed at random moments under load', () => {
  it(`loses no acknowledged write and shows no half batch (${kills} kills)`, async () => {
    const data = join(directory, 'killed');
    const acknowledged = new Set<string>();
    for (let round = 0; round < kills; round += 1) {
      const { child, endpoint } = await run('--port', '0', '--data', data).ready;
      const client = clientOf(endpoint);
      const { database } = await client.databases.createIfNotExists({ id: 'db' });
      const { container } = await database.containers.createIfNotExists({
        id: 'c',
        partitionKey: { paths: ['/pk'], version: 2 },
      });
      const writing = writeUntilKilled(container, acknowledged, round);
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400));
      await kill(child);
      await writing;
      client.dispose();
    }
    const emulator = await startEmulator({ port: 0, dataDir: data });
    const container = clientOf(emulator.endpoint).database('db').container('c');
    const found = new Set(
      (await container.items.query('SELECT VALUE c.id FROM c', { maxItemCount: -1 }).fetchAll())
        .resources as string[],
    );
    await emulator.close();
    expect(acknowledged.size).toBeGreaterThan(0);
    expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
    const batches = new Map<string, number>();
    for (const id of found)
      if (id.startsWith('b-'))
        batches.set(id.replace(/-\d+$/, ''), (batches.get(id.replace(/-\d+$/, '')) ?? 0) + 1);
    expect([...batches.values()].filter((count) => count !== 5)).toEqual([]);
  }, 600_000);
});
