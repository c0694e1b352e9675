import { CosmosClient } from '@azure/cosmos';
import { loadCounts } from '../../src/lib/store/statsSnapshot';
import {
  poll,
  type RunningStack,
  startStackForSuite,
  startStackProcess,
  temporaryFolder,
} from './runningStack';

let stack: RunningStack;

startStackForSuite((started) => {
  stack = started;
});

interface Stats {
  commits: number;
  byDay: { date: string; commits: number; byLevel: Record<string, number> }[];
  byLevel: Record<string, number>;
  byReview: Record<string, number>;
  byRepository: Record<string, number>;
  byAuthor: Record<string, number>;
  byFramework: Record<string, number>;
}
const stats = async (): Promise<Stats> => (await (await stack.call('/stats?days=10')).json()) as Stats;
const chargeOf = (answer: Response) =>
  Number(/cosmos-charge;desc="([\d.]+)"/.exec(answer.headers.get('server-timing') ?? '')?.[1]);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const post = (commits: unknown[]) => stack.send('POST', '/commits', { commits });

it('counts nothing where there is nothing', async () => {
  expect(await stats()).toMatchObject({ commits: 0, byDay: [], byLevel: {}, others: {} });
});

it('counts by day, level, review, repository, author and framework, and goes on counting', async () => {
  const commits = Array.from({ length: 400 }, (_, n) => ({
    commitHash: `counted${String(n).padStart(4, '0')}`,
    message: 'x',
    timestamp: daysAgo(n % 4),
    author: n % 2 === 0 ? '__proto__' : 'kim@example.org',
    riskScore: n % 4 === 0 ? 0.95 : 0.1,
    compliance: ['HIPAA'],
    repository: `example/${n % 3}`,
  }));
  await post(commits);
  await post([{ ...commits[0], commitHash: 'tooold1', timestamp: daysAgo(30) }]);
  const first = await stats();
  expect(first).toMatchObject({
    commits: 400,
    byDay: [
      { commits: 100 },
      { commits: 100 },
      { commits: 100 },
      { commits: 100, byLevel: { critical: 100 } },
    ],
    byLevel: { low: 300, critical: 100 },
    byReview: { unreviewed: 400 },
    byRepository: { 'example/0': 134, 'example/1': 133, 'example/2': 133 },
    byFramework: { HIPAA: 400 },
    others: {},
  });
  expect(Object.entries(first.byAuthor)).toEqual([
    ['__proto__', 200],
    ['kim@example.org', 200],
  ]);

  await stack.send('PUT', '/commits/counted0001/review', { status: 'rejected' });
  await post([{ ...commits[1], commitHash: 'another1' }]);
  expect(await stats()).toMatchObject({
    commits: 401,
    byReview: { unreviewed: 400, rejected: 1 },
  });
});

it('costs next to nothing while nothing is written, and then what was written', async () => {
  // What was written within the last seconds is looked at again.
  await poll(async () => (chargeOf(await stack.call('/stats?days=366')) < 8 ? true : undefined), 60_000);
  await post([{ commitHash: 'lastone', message: 'x', timestamp: daysAgo(3), author: 'kim@example.org' }]);
  await post([{ commitHash: 'lastone2', message: 'x', timestamp: daysAgo(9), author: 'kim@example.org' }]);
  expect((await stats()).commits).toBe(403);
});

it('comes as rows for a spreadsheet', async () => {
  const answer = await stack.call('/stats?days=10', { headers: { accept: 'text/csv' } });
  const rows = (await answer.text()).split('\r\n');
  expect(rows[0]).toBe('date,by,name,commits');
  expect(rows.filter((row) => row.includes(',level,')).length).toBeGreaterThan(3);
});

it('has counted thousands of new commits when somebody asks for the first time', async () => {
  const other = await temporaryFolder();
  const fresh = await startStackProcess(other.path);
  const client = new CosmosClient({ endpoint: fresh.cosmosEndpoint, key: fresh.cosmosKey });
  try {
    for (let from = 0; from < 2_500; from += 500) {
      const commits = Array.from({ length: 500 }, (_, n) => ({
        ...{ commitHash: `ahead${String(from + n).padStart(4, '0')}`, message: 'x', author: 'kim' },
        timestamp: daysAgo(Math.floor((from + n) / 250)),
      }));
      const answer = await fresh.call('/commits', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ commits }),
      });
      expect(answer.status).toBe(200);
    }
    const stored = client.database('gitops-healthcare').container('commits');
    await poll(async () => {
      const days = [...((await loadCounts(stored, fresh.tenantId))?.days.values() ?? [])];
      return days.reduce((sum, { commits }) => sum + commits, 0) >= 2_000 || undefined;
    }, 60_000);
    const first = await fresh.call('/stats?days=30');
    expect(await first.json()).toMatchObject({ commits: 2_500 });
  } finally {
    client.dispose();
    await fresh.kill();
    await other.remove();
  }
}, 120_000);
