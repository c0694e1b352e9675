import { CosmosClient } from '@azure/cosmos';
import type { AuditEntry } from '../../src/lib/audit';
import { poll } from '../e2e/runningStack';
import { type StackWithHistory, startStackWithHistory } from './stackWithHistory';

let here: StackWithHistory;

beforeAll(async () => {
  here = await startStackWithHistory();
}, 120_000);
afterAll(() => here?.dispose());

const place = ['--since', '2000-01-01', '--until', '2099-12-31', '--reason', 'letter of counsel, 3 March'];

/** How many commits the database keeps for ever. */
async function held(): Promise<number> {
  const { cosmosEndpoint, cosmosKey } = here.stack;
  const client = new CosmosClient({ endpoint: cosmosEndpoint, key: cosmosKey });
  const commits = client.database('gitops-healthcare').container('commits');
  const { resources } = await commits.items
    .query<number>('SELECT VALUE COUNT(1) FROM c WHERE c.ttl = -1 AND IS_DEFINED(c.commitHash)')
    .fetchAll();
  client.dispose();
  return resources[0] ?? 0;
}

it('places a hold, keeps what it covers, says so in the log, and releases it again', async () => {
  expect((await here.run(['audit', 'hold', 'list'])).stdout).toBe('No hold stands.\n');
  expect(await here.run(['audit', 'hold', 'place', 'case-4711', ...place])).toMatchObject({
    code: 0,
    stdout: 'case-4711: 2000-01-01 to 2099-12-31, letter of counsel, 3 March\n',
    stderr: expect.stringContaining('audit hold apply'),
  });
  expect(await held()).toBe(0);
  const applied = await here.json<{ held: number; released: number }>(['audit', 'hold', 'apply']);
  expect(applied.held).toBeGreaterThan(0);
  expect(await held()).toBe(30);
  const entry = await poll(async () => {
    const answer = await fetch(`${here.stack.apiUrl}/v1/tenants/${here.stack.tenantId}/audit?limit=500`, {
      headers: { authorization: `Bearer ${here.stack.token}` },
    });
    const { items } = (await answer.json()) as { items: AuditEntry[] };
    return items.find(({ action }) => action === 'hold');
  });
  expect(entry.detail).toEqual({
    standing: 1,
    'hold case-4711': '2000-01-01 to 2099-12-31: letter of counsel, 3 March',
  });
  expect((await here.run(['audit', 'verify'])).code).toBe(0);

  expect((await here.run(['audit', 'hold', 'release', 'no-such-case'])).code).toBe(2);
  expect((await here.run(['audit', 'hold', 'release', 'case-4711'])).code).toBe(0);
  expect((await here.run(['audit', 'hold', 'apply'])).stdout).toMatch(
    /^No hold stands\.\n0 items more are kept, \d+ are not any more\.\n$/,
  );
  expect(await held()).toBe(0);
}, 90_000);
