import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CosmosClient } from '@azure/cosmos';
import type { CommitItem } from '../../src/lib/commit';
import { type RunningStack, startStackProcess, temporaryFolder } from './runningStack';
import { sendPush, untilInboxIsEmpty } from './signedPush';

// Two whole histories come in through the API and, as push payloads, through the webhook, and are the same commits. The folder
// with them is named by GITOPS_DATA.

const folder = process.env.GITOPS_DATA;
const names = ['openmrs-core', 'cht-core'];

interface HistoryCommit {
  repository: string;
  commitHash: string;
  author: { name: string; email: string };
  committer: { name: string; email: string };
  timestamp: string;
  message: string;
  files: { path: string; status: string; oldPath?: string }[];
}

function history(name: string): HistoryCommit[] {
  const text = gunzipSync(readFileSync(join(folder ?? '', `${name}.ndjson.gz`))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as HistoryCommit);
}

/** As a push tells them: a rename is a removal and an addition. */
function filesOf({ files }: HistoryCommit) {
  const paths = (kind: string) => files.filter(({ status }) => status === kind).map(({ path }) => path);
  return {
    removed: [
      ...paths('D'),
      ...files.flatMap(({ status, oldPath }) => (status === 'R' && oldPath ? [oldPath] : [])),
    ],
    modified: [...paths('M'), ...paths('T')],
    added: [...paths('A'), ...paths('R')],
  };
}

function posted(commit: HistoryCommit) {
  const files = filesOf(commit);
  const byPath = new Map<string, string>();
  for (const status of ['removed', 'modified', 'added'] as const)
    for (const path of files[status]) byPath.set(path, status);
  return {
    commitHash: commit.commitHash,
    message: commit.message,
    timestamp: commit.timestamp,
    author: commit.author.email,
    authorName: commit.author.name,
    committer: { name: commit.committer.name, email: commit.committer.email },
    filesChanged: [...byPath].map(([path, status]) => ({ path, status })),
    repository: commit.repository,
    branch: 'main',
  };
}

function pushed(commits: readonly HistoryCommit[], before: string, number: number) {
  return {
    ref: 'refs/heads/main',
    before,
    after: commits.at(-1)?.commitHash,
    created: number === 0,
    deleted: false,
    forced: false,
    repository: {
      id: 1 + names.indexOf(commits[0]?.repository.split('/')[1] ?? ''),
      full_name: commits[0]?.repository,
      default_branch: 'main',
      pushed_at: 1_700_000_000 + number,
    },
    pusher: { name: 'ann' },
    sender: { login: 'ann', type: 'User' },
    commits: commits.map((commit) => ({
      id: commit.commitHash,
      message: commit.message,
      timestamp: commit.timestamp,
      author: commit.author,
      committer: commit.committer,
      ...filesOf(commit),
    })),
  };
}

/** What both ways tell of a commit, by hash. */
async function stored(stack: RunningStack): Promise<Map<string, unknown>> {
  const client = new CosmosClient({ endpoint: stack.cosmosEndpoint, key: stack.cosmosKey });
  const commits = new Map<string, unknown>();
  const pages = client
    .database('gitops-healthcare')
    .container('commits')
    .items.query<CommitItem>({
      query: 'SELECT * FROM c WHERE c.tenantId = @tenantId AND IS_DEFINED(c.commitHash)',
      parameters: [{ name: '@tenantId', value: stack.tenantId }],
    });
  while (pages.hasMoreResults()) {
    for (const item of (await pages.fetchNext()).resources ?? []) {
      const { commitHash, commitDate, timestamp, message, author, authorName, committer } = item;
      const { filesChangedCount, repositories, branches, redactions, revision } = item;
      if (commits.has(commitHash)) throw new Error(`${commitHash} is there twice`);
      const files = [...item.filesChanged].sort();
      commits.set(commitHash, {
        commitDate,
        timestamp,
        message,
        author,
        authorName,
        committer,
        files,
        filesChangedCount,
        repositories,
        branches,
        redactions,
        revision,
      });
    }
  }
  client.dispose();
  return commits;
}

const say = (text: string) => writeSync(1, `${text}\n`);

async function throughTheApi(stack: RunningStack, commits: readonly HistoryCommit[]): Promise<void> {
  for (let from = 0; from < commits.length; from += 500) {
    const answer = await stack.send('POST', '/commits', {
      commits: commits.slice(from, from + 500).map(posted),
    });
    expect([from, answer.status]).toEqual([from, 200]);
  }
}

async function throughTheWebhook(stack: RunningStack, commits: readonly HistoryCommit[]): Promise<void> {
  let before = '0'.repeat(40);
  for (let from = 0, number = 0; from < commits.length; from += 1_000, number++) {
    const some = commits.slice(from, from + 1_000);
    const answer = await sendPush(stack, JSON.stringify(pushed(some, before, number)));
    expect([from, answer.status]).toEqual([from, 202]);
    before = some.at(-1)?.commitHash ?? before;
  }
}

(folder === undefined ? it.skip : it)(
  'two real histories are the same commits through the API and through the webhook (GITOPS_DATA names their folder)',
  async () => {
    const histories = names.map(history);
    const expected = histories.flat().length;
    const ways: Map<string, unknown>[] = [];
    for (const [way, bring] of [
      ['API', throughTheApi],
      ['webhook', throughTheWebhook],
    ] as const) {
      const data = await temporaryFolder();
      const stack = await startStackProcess(data.path);
      try {
        const startedAt = Date.now();
        for (const commits of histories) await bring(stack, commits);
        const takenSeconds = (Date.now() - startedAt) / 1000;
        await untilInboxIsEmpty(stack, 900_000);
        const seconds = (Date.now() - startedAt) / 1000;
        const commits = await stored(stack);
        say(
          `${way}: ${commits.size} commits, acknowledged in ${takenSeconds.toFixed(1)} s, stored in ${seconds.toFixed(1)} s`,
        );
        expect(commits.size).toBe(expected);
        ways.push(commits);
        const { items, deliveries } = (await (await stack.call('/coverage')).json()) as {
          items: { gapsFound: number }[];
          deliveries: { failed: number };
        };
        expect(deliveries.failed).toBe(0);
        expect(items.filter(({ gapsFound }) => gapsFound > 0)).toEqual([]);
      } finally {
        await stack.kill();
        await data.remove();
      }
    }
    const [api, webhook] = ways as [Map<string, unknown>, Map<string, unknown>];
    for (const [commitHash, commit] of api)
      expect([commitHash, webhook.get(commitHash)]).toEqual([commitHash, commit]);
    for (const commit of histories.flat()) expect(api.has(commit.commitHash)).toBe(true);
  },
  1_800_000,
);
