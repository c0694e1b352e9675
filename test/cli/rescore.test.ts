import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitItem } from '../../src/lib/commit';
import { poll } from '../e2e/runningStack';
import { history, type StackWithHistory, startStackWithHistory } from './stackWithHistory';

// The built program against the built stack: what a new policy would change, and the change itself.

let here: StackWithHistory;
let policy: string;

beforeAll(async () => {
  here = await startStackWithHistory();
  policy = join(here.folder, 'risk.json');
  // Of the thirty commits one is critical; under this policy, which does not care for it, it is medium.
  writeFileSync(
    policy,
    JSON.stringify({
      areas: { phi: { weight: 0 }, auth: { weight: 0 } },
      trailers: { 'PHI-Impact': { values: { direct: 0 } }, 'Clinical-Safety': { values: { critical: 0 } } },
    }),
  );
}, 120_000);

afterAll(() => here?.dispose());

const stored = async (): Promise<CommitItem> => here.json<CommitItem>(['show', here.riskyHash]);

it('a dry run tells what a policy would change, in 80 columns, and changes nothing', async () => {
  const before = await stored();
  const { code, stdout } = await here.run(['rescore', '--dry-run', '--policy', policy]);
  const lines = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(lines[0]).toMatch(
    /^30 commits scored by default-\d+\+[0-9a-f]{8}: 1 would change, 1 of them in level\.$/,
  );
  expect(lines[1]).toBe('High or critical: 1 (3.3 %) before, 0 (0.0 %) after.');
  expect(stdout).toMatch(/^BEFORE \/ AFTER +LOW +MEDIUM +CRITICAL$/m);
  expect(stdout).toMatch(/^low +29$/m);
  expect(stdout).toMatch(/^critical +1$/m);
  expect(stdout).toMatch(
    new RegExp(`^${here.riskyHash.slice(0, 10)} .* critical -> 0\\.\\d\\d medium$`, 'm'),
  );
  expect(stdout).toMatch(/^ {4}-0\.\d\d Declares Clinical-Safety: Critical\./m);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(await stored()).toEqual(before);
});

it('by the settings as they are, nothing would change', async () => {
  const { code, stdout } = await here.run(['rescore', '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^30 commits scored by default-\d+: 0 would change, 0 of them in level\.$/m);
});

it('with --json is a line a commit that changes, and a last one that sums up', async () => {
  const { stdout } = await here.run(['rescore', '--dry-run', '--policy', '-', '--json'], {
    input: JSON.stringify({ levels: { medium: 0.01 } }),
  });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const { summary } = lines.at(-1) as { summary: { commits: number; changed: number; otherLevel: number } };
  expect(summary).toMatchObject({ commits: history.length, dryRun: true, interrupted: false, failed: 0 });
  expect(summary.changed).toBe(29);
  expect(lines).toHaveLength(summary.changed + 1);
  expect(lines[0]).toMatchObject({ commitHash: expect.any(String), before: {}, after: {}, factors: [] });
});

it.each([
  ['a policy that is not for a dry run', ['--policy', 'FILE'], 'a policy from a file is for a dry run'],
  ['a file that is not there', ['--dry-run', '--policy', 'none.json'], 'cannot read none.json'],
  ['a policy with a wrong weight', ['--dry-run', '--policy', '-'], '/risk/areas/phi/weight'],
])('%s ends with 2 and says what is wrong', async (_, args, message) => {
  const { code, stdout, stderr } = await here.run(
    ['rescore', ...args.map((arg) => (arg === 'FILE' ? policy : arg))],
    { input: JSON.stringify({ areas: { phi: { weight: 2 } } }) },
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

it('needs the role of an administrator', async () => {
  const token = (await here.run(['token', '--roles', 'commits.write,commits.read'])).stdout.trim();
  const { code, stdout } = await here.run(['--token', token, 'rescore', '--dry-run']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

it('scores the stored commits by the settings, once, as amended', async () => {
  const { settings } = await here.json<{ settings: object }>(['tenant', 'show']);
  const set = await here.run(['tenant', 'set', '-'], {
    input: JSON.stringify({ ...settings, risk: { levels: { high: 0.5, critical: 0.99 } } }),
  });
  expect(set.code).toBe(0);
  const before = await stored();
  const { code, stdout } = await here.run(['rescore']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/: 1 changed, 1 of them in level\.$/m);
  const after = await stored();
  expect(after).toMatchObject({
    riskScore: before.riskScore,
    riskLevel: 'high',
    createdAt: before.createdAt,
  });
  expect(after.changes.at(-1)).toMatchObject({ action: 'amended', revision: before.revision + 1 });
  expect((await here.run(['rescore'])).stdout).toMatch(/: 0 changed/);
  const verified = await poll(async () => {
    const found = await here.json<{ valid: boolean; entries: number }>(['audit', 'verify']);
    return found.entries > history.length + 1 ? found : undefined;
  });
  expect(verified.valid).toBe(true);
});
