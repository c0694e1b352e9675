import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseCommitInput } from '../../src/lib/commit';

interface Received {
  path: string;
  authorization: string | undefined;
  body: unknown;
}

let folder: string;
let server: Server;
let received: Received[];
/** Statuses to answer posts with before they are taken. */
let refusals: number[];

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeEach(async () => {
  received = [];
  refusals = [];
  folder = await mkdtemp(join(tmpdir(), 'gitops-test-'));
  // GitHub's token service and the app, as far as the script sees them.
  server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const text = await bodyOf(request);
    received.push({ path, authorization: request.headers.authorization, body: text && JSON.parse(text) });
    if (path.startsWith('/token')) return void response.end(JSON.stringify({ value: 'signed-by-github' }));
    const refusal = refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal, { 'retry-after': '0' });
      return void response.end(JSON.stringify({ title: 'Refused', status: refusal }));
    }
    const { commits } = JSON.parse(text) as { commits: unknown[] };
    response.end(JSON.stringify({ failed: 0, results: commits.map(() => ({ status: 'stored' })) }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  git('init', '--quiet', '--initial-branch=main');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await rm(folder, { recursive: true, force: true });
});

function git(...words: string[]): string {
  const identity = [
    '-c',
    'user.name=Ada Ünal',
    '-c',
    'user.email=ada@clinic.example',
    '-c',
    'commit.gpgsign=false',
  ];
  return execFileSync('git', [...identity, ...words], { cwd: folder, encoding: 'utf8' }).trim();
}

async function commit(file: string, content: string | Buffer, message: string): Promise<string> {
  await writeFile(join(folder, file), content);
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
  return git('rev-parse', 'HEAD');
}

function record(before: string, after: string, ref = 'refs/heads/main') {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    PATH: process.env.PATH,
    GITOPS_API_URL: `${origin}/api`,
    GITOPS_TENANT: 'clinic',
    GITOPS_AUDIENCE: 'https://gitops.clinic.example',
    BEFORE: before,
    AFTER: after,
    GITHUB_REPOSITORY: 'clinic/charts',
    GITHUB_REF: ref,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-run',
  };
  const script = resolve('examples/github-actions/record-commits.mjs');
  return promisify(execFile)(process.execPath, [script], { cwd: folder, env }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, output: error.stderr }),
  );
}

const posted = () =>
  received
    .filter(({ path }) => path === '/api/v1/tenants/clinic/commits')
    .flatMap(({ body }) => (body as { commits: unknown[] }).commits);

const none = '0'.repeat(40);

test('sends each pushed commit, oldest first, in a form that the API takes', async () => {
  const first = await commit('first.txt', 'one\n', 'first');
  const second = await commit('Ärzte und\tTab.ts', 'a\nb\n', 'feat: second\n\nPHI-Impact: Direct');
  const third = await commit('scan.bin', Buffer.from([0, 1, 2]), 'third');
  expect(await record(first, third)).toEqual({ code: 0, output: '2 of 2 commits recorded\n' });

  const commits = posted().map((input) => parseCommitInput(input, 'clinic'));
  expect(commits.map(({ commitHash }) => commitHash)).toEqual([second, third]);
  expect(commits[0]).toMatchObject({
    message: 'feat: second\n\nPHI-Impact: Direct',
    author: 'ada@clinic.example',
    authorName: 'Ada Ünal',
    files: [{ path: 'Ärzte und\tTab.ts', linesAdded: 2, linesDeleted: 0 }],
    repositories: ['clinic/charts'],
    branches: ['main'],
    parents: [first],
  });
  expect(commits[1]?.files).toEqual([{ path: 'scan.bin' }]);
});

test('proves itself with the token of the run for the audience of the app, and with nothing else', async () => {
  const first = await commit('a', '1', 'first');
  const second = await commit('a', '2', 'second');
  await record(first, second);
  expect(received.map(({ path, authorization }) => ({ path, authorization }))).toEqual([
    {
      path: '/token?api-version=2&audience=https%3A%2F%2Fgitops.clinic.example',
      authorization: 'bearer of-the-run',
    },
    { path: '/api/v1/tenants/clinic/commits', authorization: 'Bearer signed-by-github' },
  ]);
});

test('sends the first commits of a repository, and nothing for a deleted branch', async () => {
  const first = await commit('a', '1', 'first');
  expect((await record(none, first)).output).toBe('1 of 1 commits recorded\n');
  expect((await record(first, none)).output).toBe('0 of 0 commits recorded\n');
});

test('sends only what is new on a new branch', async () => {
  const first = await commit('a', '1', 'first');
  git('update-ref', 'refs/remotes/origin/main', first);
  const second = await commit('a', '2', 'second');
  git('update-ref', 'refs/remotes/origin/topic', second);
  await record(none, second, 'refs/heads/topic');
  expect(posted()).toEqual([expect.objectContaining({ commitHash: second, branch: 'topic' })]);
});

test('says what a merge brought to the branch', async () => {
  const first = await commit('a', '1', 'first');
  git('checkout', '--quiet', '-b', 'topic');
  await commit('b', '2', 'on the topic');
  git('checkout', '--quiet', 'main');
  await commit('c', '3', 'on main');
  git('merge', '--quiet', '--no-ff', '--message', 'merge topic', 'topic');
  await record(first, git('rev-parse', 'HEAD'));
  expect(posted().at(-1)).toMatchObject({ message: 'merge topic', filesChanged: [{ path: 'b' }] });
});

test('comes again when the app asks for patience, and fails the run when the app says no', async () => {
  const first = await commit('a', '1', 'first');
  const second = await commit('a', '2', 'second');
  refusals = [503, 429];
  expect(await record(first, second)).toEqual({ code: 0, output: '1 of 1 commits recorded\n' });
  refusals = [403];
  expect(await record(first, second)).toEqual({ code: 1, output: expect.stringContaining('403 Refused') });
});
