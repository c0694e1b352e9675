import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { CommitItem } from '../../src/lib/commit';
import { type RunningStack, startStackForSuite } from './runningStack';

// The commands of docs/api.md, run by a shell as they are printed.

const commands = [...readFileSync('docs/api.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, command = '']) => command,
);
let stack: RunningStack;

startStackForSuite((started) => {
  stack = started;
});

async function printed(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euc', command], {
    env: { PATH: process.env.PATH, API: stack.apiUrl, TENANT: stack.tenantId, TOKEN: stack.token },
  });
  return stdout;
}

it('store a commit, list a tenant, list high-risk commits, give a table, record a review and try a policy', async () => {
  const [store = '', list = '', highRisk = '', table = '', review = '', rescore = '', ...more] = commands;
  expect(more).toEqual([]);
  const stored = JSON.parse(await printed(store)) as CommitItem;
  expect(stored).toMatchObject({ commitHash: 'a1b2c3d4e5f6g7h8', commitDate: '2025-01-15', revision: 1 });
  expect(stored.compliance).toContain('HIPAA');
  expect(JSON.parse(await printed(list))).toEqual({ items: [], nextCursor: null });
  const risky = JSON.parse(await printed(highRisk)) as { items: CommitItem[] };
  expect(risky.items.map(({ commitHash }) => commitHash)).toEqual(['a1b2c3d4e5f6g7h8']);
  expect((await printed(table)).split('\r\n')[1]).toMatch(/^a1b2c3d4e5f6g7h8,2025-01-15,/);
  expect(JSON.parse(await printed(review))).toMatchObject({ review: { status: 'acknowledged' } });
  expect(JSON.parse(await printed(rescore))).toMatchObject({
    dryRun: true,
    changed: 1,
    results: [
      {
        commitHash: 'a1b2c3d4e5f6g7h8',
        factors: expect.arrayContaining([expect.objectContaining({ id: 'area.phi' })]),
      },
    ],
    nextCursor: null,
  });
});
