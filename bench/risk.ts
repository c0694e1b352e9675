import { type CommitFacts, defaultRiskPolicy, scoreCommit } from '../src/lib/risk';
import { asPushPayload, readHistories } from './risk/histories';

const secondsMin = 2;

/**
 * `npm run bench -- risk [DATA_DIR]`: commits scored a second on one core, made-up ones and, where labelled
 * histories are at hand, real ones. The peer is the least a scorer could do: reading the same commits as JSON.
 */
export async function run([folder = process.env.GITOPS_DATA ?? '']: string[]): Promise<void> {
  report('made-up commits, 5,000 paths', madeUpCommits(20_000, 5000));
  report('made-up commits, 100,000 paths', madeUpCommits(20_000, 100_000));
  if (!folder) return;
  for (const { name, commits } of await readHistories(folder)) {
    const facts = commits.map((commit) => commit.facts);
    report(name, facts);
    report(`${name}, as push payloads`, facts.map(asPushPayload));
  }
}

function report(name: string, commits: CommitFacts[]): void {
  const scored = rate(commits, (commit) => scoreCommit(commit, defaultRiskPolicy));
  const texts = commits.map((commit) => JSON.stringify(commit));
  const parsed = rate(texts, (text) => JSON.parse(text));
  const files = commits.reduce((sum, commit) => sum + commit.files.length, 0) / commits.length;
  process.stdout.write(
    `${name.padEnd(40)}${files.toFixed(1).padStart(6)} files/commit ${Math.round(scored).toLocaleString('en').padStart(9)} commits/s, ` +
      `${(parsed / scored).toFixed(1)} times as long as JSON.parse of the same\n`,
  );
}

/** Items a second of processor time, so that a busy machine changes little; the first round warms up and does not count. */
function rate<T>(items: readonly T[], work: (item: T) => unknown): number {
  for (const item of items) work(item);
  const start = process.cpuUsage();
  let done = 0;
  let seconds = 0;
  while (seconds < secondsMin) {
    for (const item of items) work(item);
    done += items.length;
    const { user, system } = process.cpuUsage(start);
    seconds = (user + system) / 1e6;
  }
  return done / seconds;
}

const folders = [
  'src/api',
  'src/patients',
  'lib/auth/tokens',
  'test/unit',
  'docs',
  'infra/modules',
  '.github/workflows',
  'web/components',
];
const extensions = ['ts', 'java', 'py', 'yml', 'md', 'json', 'sql'];
const subjects = [
  'Fix null pointer when the patient has no identifier',
  'feat(export): add CSV export of lab results',
  'chore(deps): bump zod from 4.1.0 to 4.1.1',
  'Refactor appointment scheduling so that slots are computed once',
  'Remove permission check from report endpoint',
];

/** Commits of 1 to 9 files, the same on every run. */
function madeUpCommits(count: number, paths: number): CommitFacts[] {
  let state = 12345;
  const below = (bound: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * bound);
  };
  return Array.from({ length: count }, () => ({
    message: `${subjects[below(subjects.length)]}\n\nThe old way read every row twice, which was slow.\n\nReviewed-by: Dev <dev@example.org>`,
    files: Array.from({ length: 1 + below(9) }, () => {
      const path = below(paths);
      const folder = folders[path % folders.length];
      return {
        path: `${folder}/module${path >> 4}/file${path}.${extensions[path % extensions.length]}`,
        status: 'modified' as const,
        linesAdded: below(80),
        linesDeleted: below(40),
      };
    }),
  }));
}
