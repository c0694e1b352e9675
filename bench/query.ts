import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Container, FeedOptions, SqlQuerySpec } from '@azure/cosmos';
import { createContainers, startDatabase } from '../local/stack/database';
import { addDays, utcDate } from '../src/lib/commit';
import { createCosmosClient, createStore, metered, sinceDays } from '../src/lib/store';
import { commitOf, loadCommits } from './loadCommits';

const names = { database: 'bench', commitsContainer: 'commits' };
const tenantsAsked = 20;

interface Question {
  name: string;
  /** By the app's own store. */
  ours(tenantId: string): Promise<readonly unknown[]>;
  /** The same query, as somebody would send it with the SDK alone. */
  bare(tenantId: string): { spec: SqlQuerySpec; options: FeedOptions };
}

function questions(store: ReturnType<typeof createStore>, today: string): Question[] {
  const list = (tenantId: string, startDate: string, endDate: string, limit: number) => ({
    spec: {
      query: `SELECT * FROM c WHERE c.tenantId = @t AND IS_DEFINED(c.commitHash) AND c.commitDate >= @s AND c.commitDate <= @e ORDER BY c.tenantId ASC, c.timestamp DESC, c.commitHash ASC OFFSET 0 LIMIT ${limit}`,
      parameters: [
        { name: '@t', value: tenantId },
        { name: '@s', value: startDate },
        { name: '@e', value: endDate },
      ],
    },
    options: { maxItemCount: limit },
  });
  const monthAgo = addDays(today, -30);
  const day = addDays(today, -7);
  const since = sinceDays(today, 7);
  return [
    {
      name: '30 days, a page of 100',
      ours: (tenantId) => store.commits.list({ tenantId, startDate: monthAgo, endDate: today }, 101),
      bare: (tenantId) => list(tenantId, monthAgo, today, 101),
    },
    {
      name: 'a single day',
      ours: (tenantId) => store.commits.list({ tenantId, startDate: day, endDate: day }, 101),
      bare: (tenantId) => list(tenantId, day, day, 101),
    },
    {
      name: 'high-risk of 7 days',
      ours: (tenantId) => store.commits.highRisk(tenantId, 0.7, since, 500),
      bare: (tenantId) => ({
        spec: {
          query:
            'SELECT * FROM c WHERE c.tenantId = @t AND IS_DEFINED(c.commitHash) AND c.riskScore >= @r AND (c.commitDate >= @d OR c.createdAt >= @i) ORDER BY c.tenantId ASC, c.riskScore DESC, c.timestamp DESC, c.commitHash ASC OFFSET 0 LIMIT 500',
          parameters: [
            { name: '@t', value: tenantId },
            { name: '@r', value: 0.7 },
            { name: '@d', value: since.date },
            { name: '@i', value: since.instant },
          ],
        },
        options: { maxItemCount: 500 },
      }),
    },
    {
      name: 'a commit by hash',
      ours: async (tenantId) => [
        await store.commits.get(tenantId, commitOf(tenantId, 123, today).commitHash),
      ],
      bare: (tenantId) => ({
        spec: {
          query: 'SELECT * FROM c WHERE c.tenantId = @t AND c.id IN (@h)',
          parameters: [
            { name: '@t', value: tenantId },
            { name: '@h', value: commitOf(tenantId, 123, today).commitHash },
          ],
        },
        options: {},
      }),
    },
  ];
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const tail = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  return [await work(), performance.now() - startedAt];
}

/** Asks each question by turns in both ways, of one tenant after another. */
async function measure(all: Question[], container: Container, turns: number): Promise<void> {
  for (const { name, ours, bare } of all) {
    const times = { ours: [] as number[], bare: [] as number[] };
    let told = '';
    for (let turn = -5; turn < turns; turn++) {
      const tenantId = `tenant-${Math.abs(turn) % tenantsAsked}`;
      const { spec, options } = bare(tenantId);
      const askOurs = () => timed(() => metered(async (usage) => ({ rows: await ours(tenantId), usage })));
      const askBare = () => timed(() => container.items.query(spec, options).fetchAll());
      // Once for the caches, then both by turns.
      await askBare();
      const [first, second] =
        turn % 2 === 0 ? [await askOurs(), await askBare()] : [await askBare(), await askOurs()];
      const [mine, theirs] = (turn % 2 === 0 ? [first, second] : [second, first]) as [
        Awaited<ReturnType<typeof askOurs>>,
        Awaited<ReturnType<typeof askBare>>,
      ];
      if (mine[0].rows.length !== theirs[0].resources.length)
        throw new Error(`${name}: ${mine[0].rows.length} rows and ${theirs[0].resources.length}`);
      const { requests, requestCharge } = mine[0].usage;
      told = `${mine[0].rows.length} rows, ${requests} requests, ${requestCharge.toFixed(1)} RU (bare ${theirs[0].requestCharge.toFixed(1)} RU)`;
      if (turn < 0) continue;
      times.ours.push(mine[1]);
      times.bare.push(theirs[1]);
    }
    const ratio = (median(times.ours) / median(times.bare)).toFixed(2);
    process.stdout.write(
      `${name.padEnd(24)} ${median(times.ours).toFixed(1)} ms, 95 % below ${tail(times.ours).toFixed(1)} ms; bare SDK ${median(times.bare).toFixed(1)} ms; ratio ${ratio}; ${told}\n`,
    );
  }
}

/** The counts of a year of one tenant: where nobody has counted yet, asked again, and asked of a process that starts later. */
async function measureStats(newStore: () => ReturnType<typeof createStore>, today: string): Promise<void> {
  const store = newStore();
  for (const [name, asked] of [
    ['stats of a year, first', store],
    ['stats of a year, again', store],
    ['stats of a year, later', newStore()],
  ] as const) {
    const [usage, ms] = await timed(() =>
      metered(async (usage) => {
        await asked.stats.days('tenant-0', addDays(today, -366), today);
        return usage;
      }),
    );
    process.stdout.write(
      `${name.padEnd(24)} ${ms.toFixed(0)} ms, ${usage.requests} requests, ${usage.requestCharge.toFixed(1)} RU\n`,
    );
  }
}

/** Runs `work` on a database with its containers, started on a directory and stopped again. */
async function onDatabase(
  directory: string,
  work: (container: Container, newStore: () => ReturnType<typeof createStore>) => Promise<void>,
): Promise<void> {
  const database = await startDatabase(join(__dirname, '../local/emulatorThread.js'), 0, directory);
  try {
    await createContainers(database, { ...names, retentionDays: 2557 });
    const client = createCosmosClient(
      { ...database, ...names, identityClientId: undefined, preferredRegions: [] },
      { requestTimeoutMs: 60_000, throttleWaitSecondsMax: 30 },
    );
    await work(client.database(names.database).container(names.commitsContainer), () =>
      createStore(client, names),
    );
    client.dispose();
  } finally {
    await database.close();
  }
}

/**
 * The usual questions over `--commits` (200,000) in 20 tenants, by the store and by the bare SDK; then the same with so many
 * commits of other tenants beside them (`--others`, 0 where not given).
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      commits: { type: 'string', default: '200000' },
      others: { type: 'string', default: '0' },
      turns: { type: 'string', default: '60' },
    },
  });
  const [commits, others, turns] = [values.commits, values.others, values.turns].map(Number) as [
    number,
    number,
    number,
  ];
  const directory = mkdtempSync(join(tmpdir(), 'bench-query-'));
  const today = utcDate(new Date().toISOString());
  const fill = async (name: string, tenants: number, total: number) => {
    const who = Array.from({ length: tenants }, (_, n) => `${name}-${n}`);
    const [, ms] = await timed(() => loadCommits(directory, names, who, Math.ceil(total / tenants), today));
    process.stdout.write(`${total} commits in ${tenants} tenants: ${(ms / 1000).toFixed(0)} s to load\n`);
  };
  try {
    await onDatabase(directory, async () => {});
    await fill('tenant', tenantsAsked, commits);
    await onDatabase(directory, async (container, newStore) => {
      await measure(questions(newStore(), today), container, turns);
      await measureStats(newStore, today);
    });
    if (others === 0) return;
    await fill('other', Math.max(20, Math.ceil(others / 10_000)), others);
    await onDatabase(directory, (container, newStore) =>
      measure(questions(newStore(), today), container, turns),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
