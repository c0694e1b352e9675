import type { CommitItem } from '../../src/lib/commit';
import { makeRepository } from './madeRepository';
import { poll, type RunningStack, startStackProcess, temporaryFolder } from './runningStack';

const commitsInRepository = 3_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repository: string;
let stack: RunningStack | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
  repository = `${folder.path}/repository`;
  makeRepository(repository, commitsInRepository);
});

afterAll(async () => {
  await stack?.kill();
  await folder?.remove();
});

async function everyCommit({ call }: RunningStack): Promise<CommitItem[]> {
  const commits: CommitItem[] = [];
  for (const [startDate, endDate] of [
    ['2021-01-01', '2021-06-30'],
    ['2021-07-01', '2021-12-31'],
  ]) {
    let cursor = '';
    do {
      const page = (await (
        await call(`/commits?startDate=${startDate}&endDate=${endDate}&limit=500${cursor}`)
      ).json()) as {
        items: CommitItem[];
        nextCursor: string | null;
      };
      commits.push(...page.items);
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor);
  }
  return commits;
}

/** Entries of commits; who has read the log stands in it too. */
async function recordedOf({ call }: RunningStack): Promise<number> {
  const text = await (await call('/audit/export')).text();
  return text.match(/"action":"recorded"/g)?.length ?? 0;
}

describe('the whole stack, killed in the middle of a backfill', () => {
  it('has lost nothing and has nothing twice after the next start, and the chain verifies', async () => {
    const dataDirectory = `${folder.path}/data`;
    for (const commitsBeforeKill of [1, 1_000]) {
      stack = await startStackProcess(dataDirectory, ['--repo', repository]);
      const { call } = stack;
      await poll(async () => {
        const { sequence } = (await (await call('/audit/head')).json()) as { sequence?: number };
        return (sequence ?? 0) >= commitsBeforeKill ? true : undefined;
      }, 60_000);
      await stack.kill();
    }

    stack = await startStackProcess(dataDirectory, ['--repo', repository]);
    await poll(async () => (stack?.output().includes('Ready.') ? true : undefined), 120_000);
    expect(stack.output()).toContain('Verified: ');

    const commits = await everyCommit(stack);
    expect(new Set(commits.map(({ commitHash }) => commitHash)).size).toBe(commitsInRepository);
    expect(commits).toHaveLength(commitsInRepository);
    expect(commits.filter(({ revision, changes }) => revision !== 1 || changes.length !== 1)).toEqual([]);
    const report = (await (await stack.call('/audit/verify')).json()) as {
      valid: boolean;
      notes: unknown[];
    };
    expect(report).toMatchObject({ valid: true, problems: [], notes: [] });
    expect(await recordedOf(stack)).toBe(commitsInRepository);
  }, 240_000);

  it('finds its data again and takes in nothing twice at one more start', async () => {
    expect(await stack?.stop()).toBe(0);
    stack = await startStackProcess(`${folder.path}/data`, ['--repo', repository]);
    await poll(async () => (stack?.output().includes('Ready.') ? true : undefined), 60_000);
    expect(stack.output()).toContain('0 new');
    expect(await recordedOf(stack)).toBe(commitsInRepository);
  }, 90_000);
});
