import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { CosmosClient } from '@azure/cosmos';
import { pushOf, zeros } from '../lib/ingest/testRoad';
import { poll, type RunningStack, startStackForSuite } from './runningStack';
import { sendPush } from './signedPush';

const hashOf = (name: string) => createHash('sha1').update(name).digest('hex');

let stack: RunningStack;

startStackForSuite((started) => {
  stack = started;
});

interface Coverage {
  items: {
    ref: string;
    pushesSeen: number;
    gapsFound: number;
    gapsFilled: number;
    gapsOpen: number;
    gaps: object[];
  }[];
  nextCursor: string | null;
  deliveries: { pending: number; failed: number };
}

const coverage = async (query = '') => (await (await stack.call(`/coverage${query}`)).json()) as Coverage;

async function push(payload: object, id?: string): Promise<void> {
  const answer = await sendPush(stack, JSON.stringify(payload), id === undefined ? {} : { id });
  expect(answer.status).toBe(202);
}

it('a push that was never delivered is a gap, in the coverage and in the audit log, until it comes', async () => {
  await push(pushOf({ commits: ['a'], pushedAt: 1_700_000_001 }));
  await push(pushOf({ before: hashOf('b'), commits: ['c'], pushedAt: 1_700_000_003 }));
  const found = await poll(async () => (await coverage()).items.find(({ gapsFound }) => gapsFound > 0));
  expect(found).toMatchObject({
    repository: 'clinic/records',
    ref: 'refs/heads/main',
    pushesSeen: 2,
    gapsFound: 1,
    gapsFilled: 0,
    gapsOpen: 1,
    gaps: [{ lastKnown: hashOf('a'), before: hashOf('b') }],
    lastPush: { after: hashOf('c'), at: '2023-11-14T22:13:23.000Z', pusher: 'ann' },
  });
  await push(pushOf({ before: hashOf('a'), commits: ['b'], pushedAt: 1_700_000_002 }));
  await poll(async () => (await coverage()).items.find(({ gapsFilled }) => gapsFilled === 1));
  const actions = await poll(async () => {
    const { items } = (await (await stack.call('/audit?limit=500')).json()) as {
      items: { action: string }[];
    };
    const gaps = items.map(({ action }) => action).filter((action) => action.startsWith('gap'));
    return gaps.length === 2 ? gaps : undefined;
  });
  expect(actions).toEqual(['gap', 'gap-filled']);
}, 60_000);

it('lists refs a page at a time and by repository', async () => {
  for (const ref of ['refs/heads/one', 'refs/heads/two', 'refs/tags/v1'])
    await push(pushOf({ ref, commits: [ref] }));
  await poll(async () => ((await coverage()).items.length === 4 ? true : undefined));
  const first = await coverage('?limit=3');
  const second = await coverage(`?limit=3&cursor=${first.nextCursor}`);
  expect(first.items).toHaveLength(3);
  expect(second.nextCursor).toBeNull();
  expect(new Set([...first.items, ...second.items].map(({ ref }) => ref)).size).toBe(4);
  expect((await coverage('?repository=nobody/nothing')).items).toEqual([]);
  expect((await stack.call('/coverage?surprise=1')).status).toBe(400);
});

it('a deleted branch, a tag and an empty push are recorded and make no commits', async () => {
  const before = hashOf('refs/heads/one');
  await push(pushOf({ ref: 'refs/heads/one', before, commits: [] }));
  await poll(async () =>
    (await coverage()).items.find(({ ref, pushesSeen }) => ref === 'refs/heads/one' && pushesSeen === 2),
  );
  expect((await stack.call(`/commits/${hashOf('refs/tags/v1')}`)).status).toBe(404);
  expect(zeros).toHaveLength(40);
});

it('a delivery that was set aside is listed and counted, and is processed once it is replayed', async () => {
  // Set aside by hand: what the store refuses once it mostly refuses again.
  const client = new CosmosClient({ endpoint: stack.cosmosEndpoint, key: stack.cosmosKey });
  const id = 'dead-letter-1';
  await push(pushOf({ ref: 'refs/heads/dead', commits: ['dead'] }), id);
  const key = [stack.tenantId, id];
  const item = client.database('gitops-healthcare').container('deliveries').item('part-0', key);
  const processed = await poll(async () => {
    const { resource } = await item.read();
    return resource?.status === 'processed' ? resource : undefined;
  });
  await item.replace({ ...processed, status: 'failed', error: 'body-too-large' });
  client.dispose();

  const listed = (await (await stack.call('/deliveries')).json()) as { items: object[]; counts: object };
  expect(listed).toMatchObject({
    items: [{ deliveryId: id, status: 'failed', error: 'body-too-large', ref: 'refs/heads/dead' }],
    counts: { failed: 1, pending: 0 },
  });
  expect((await coverage()).deliveries).toEqual({ pending: 0, failed: 1 });

  const replay = (deliveryId: string) => stack.call(`/deliveries/${deliveryId}/replay`, { method: 'POST' });
  const answer = await replay(id);
  expect([answer.status, await answer.json()]).toEqual([202, { deliveryId: id, status: 'pending' }]);
  await poll(async () => ((await coverage()).deliveries.failed === 0 ? true : undefined));
  await poll(async () => ((await replay(id)).status === 409 ? true : undefined));
  expect((await replay('nobody')).status).toBe(404);
  const dead = (await coverage()).items.find(({ ref }) => ref === 'refs/heads/dead');
  expect(dead?.pushesSeen).toBe(1);
});

it('a body larger than GitHub ever sends is refused, whoever signed it', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(stack.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(26 * 1024 * 1024 + 1) },
    });
    sent.on('response', (answer) => {
      resolve(answer.statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    // All of it, for a host that answers no earlier.
    sent.end(Buffer.alloc(26 * 1024 * 1024 + 1, ' '));
  });
  expect(status).toBe(413);
});
