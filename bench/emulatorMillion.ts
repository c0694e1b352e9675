import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Container } from '@azure/cosmos';
import { wellKnownKey } from '../local/emulator/index';
import { median, type Peer, startOurs, time } from './emulatorPeers';

const text = 'x'.repeat(850);
const tenants = 1000;

const operation = (n: number) => {
  const tenantId = n < 100 ? 'wanted' : `tenant${n % tenants}`;
  const commitDate = `2026-01-${String((n % 28) + 1).padStart(2, '0')}`;
  return {
    operationType: 'Create',
    partitionKey: JSON.stringify([tenantId, commitDate]),
    resourceBody: { id: `i${n}`, tenantId, commitDate, n, text },
  };
};

/** One bulk request of the wire protocol: the client's own hashing and batching would be most of the time. */
async function sendBulk({ endpoint }: Peer, operations: unknown[]): Promise<void> {
  const date = new Date().toUTCString();
  const text = `post\ndocs\ndbs/bench/colls/items\n${date.toLowerCase()}\n\n`;
  const signature = createHmac('sha256', Buffer.from(wellKnownKey, 'base64')).update(text).digest('base64');
  const response = await fetch(`${endpoint}/dbs/bench/colls/items/docs`, {
    method: 'POST',
    headers: {
      authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
      'x-ms-date': date,
      'x-ms-cosmos-is-batch-request': 'true',
      'x-ms-cosmos-batch-atomic': 'false',
      'x-ms-cosmos-batch-continue-on-error': 'true',
      'x-ms-documentdb-partitionkeyrangeid': '0',
      prefer: 'return=minimal',
    },
    body: JSON.stringify(operations),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`a bulk request was answered ${response.status}`);
}

async function load(peer: Peer, from: number, to: number): Promise<number> {
  const { total } = await time(Math.ceil((to - from) / 100), 8, (part) => {
    const start = from + part * 100;
    return sendBulk(
      peer,
      Array.from({ length: Math.min(100, to - start) }, (_, n) => operation(start + n)),
    );
  });
  return (to - from) / (total / 1000);
}

async function prefixQuery(container: Container): Promise<{ ms: number; charge: number }> {
  const spec = {
    query: 'SELECT * FROM c WHERE c.tenantId = @t',
    parameters: [{ name: '@t', value: 'wanted' }],
  };
  let charge = 0;
  const { samples } = await time(50, 1, async () => {
    const answer = await container.items.query(spec).fetchAll();
    if (answer.resources.length !== 100) throw new Error(`found ${answer.resources.length} items`);
    charge = answer.requestCharge;
  });
  return { ms: median(samples), charge };
}

/** Loads a container in steps and asks one tenant's 100 items at each: `npm run bench -- emulator-million [--items N]`. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { items: { type: 'string', default: '1000000' } } });
  const items = Number(values.items);
  const directory = mkdtempSync(join(tmpdir(), 'bench-emulator-'));
  const say = (line: string) => process.stdout.write(`${line}\n`);
  try {
    const first = await startOurs('--data', directory);
    const { database } = await first.client.databases.create({ id: 'bench' });
    const partitionKey = { paths: ['/tenantId', '/commitDate'], kind: 'MultiHash', version: 2 } as never;
    const { container } = await database.containers.create({ id: 'items', partitionKey });
    let held = 0;
    for (const step of [0.001, 0.01, 0.1, 1].map((share) => Math.ceil(items * share))) {
      const rate = await load(first, held, step);
      held = step;
      const { ms, charge } = await prefixQuery(container);
      say(
        `${held} items: loaded at ${rate.toFixed(0)} items/s; prefix query of 100: ${ms.toFixed(2)} ms, ${charge} RU; memory ${first.residentMiB()} MiB`,
      );
    }
    await first.stop();
    const second = await startOurs('--data', directory);
    const again = second.client.database('bench').container('items');
    const { ms, charge } = await prefixQuery(again);
    say(
      `after a kill and a restart (ready in ${second.readyMs.toFixed(0)} ms): ${ms.toFixed(2)} ms, ${charge} RU; memory ${second.residentMiB()} MiB`,
    );
    const began = performance.now();
    const { resources } = await again.items.query('SELECT VALUE COUNT(1) FROM c').fetchAll();
    say(
      `count over all: ${resources[0]} items in ${((performance.now() - began) / 1000).toFixed(1)} s; memory ${second.residentMiB()} MiB`,
    );
    await second.stop();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
