import type { KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';

/** GitHub's REST API as it is documented, as much of it as is asked, on loopback. */
export interface GitHubStandIn {
  url: string;
  /** What was asked, in order: method and path with its query. */
  asked: string[];
  commits: Map<string, { files: number; parents: string[]; verified: boolean; fresh?: number }>;
  /** `base...head` to the hashes between. */
  comparisons: Map<string, string[]>;
  hooks: { id: number; config: { url: string } }[];
  deliveries: { id: number; guid: string; delivered_at: string; status_code: number; event: string }[];
  /** Requests left in the hour; at 0 all are refused until `resetAt`, seconds since 1970. */
  quota: { remaining: number; resetAt: number };
  /** A GitHub App that is installed in `clinic/records`: its public key, and its own webhook. */
  app?: { id: string; publicKey: KeyObject; hookUrl: string };
  close(): Promise<void>;
}

const filesAPage = 2;
const commitsAPage = 2;
const deliveriesAPage = 2;

export async function startGitHubStandIn(app?: GitHubStandIn['app']): Promise<GitHubStandIn> {
  const state: Omit<GitHubStandIn, 'url' | 'close'> = {
    ...(app && { app }),
    asked: [],
    commits: new Map(),
    comparisons: new Map(),
    hooks: [],
    deliveries: [],
    quota: { remaining: 5_000, resetAt: 2_000_000_000 },
  };
  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answer(state, request, `http://${request.headers.host}`);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...state,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  status: number;
  body: unknown;
  headers: Record<string, string>;
}

const installationId = 77;
const installationToken = 'ghs_made-for-the-installation';

async function isTheApp({ app }: Pick<GitHubStandIn, 'app'>, authorization: string): Promise<boolean> {
  if (!app || !/^bearer /i.test(authorization)) return false;
  try {
    const { payload } = await jwtVerify(authorization.slice(7), app.publicKey, { issuer: app.id });
    return (payload.exp ?? 0) - (payload.iat ?? 0) <= 660;
  } catch {
    return false;
  }
}

/** What only a GitHub App may ask, as itself. https://docs.github.com/rest/apps */
function answerToApp(
  { app, deliveries }: Pick<GitHubStandIn, 'app' | 'deliveries'>,
  path: string,
): { status: number; body: unknown } {
  switch (path) {
    case 'GET /app':
      return { status: 200, body: { slug: 'commit-records', installations_count: 1 } };
    case 'GET /repos/clinic/records/installation':
      return { status: 200, body: { id: installationId } };
    case `POST /app/installations/${installationId}/access_tokens`:
      return {
        status: 201,
        body: {
          token: installationToken,
          expires_at: new Date(Date.now() + 3_600_000).toISOString(),
          permissions: { contents: 'read' },
          repository_selection: 'selected',
        },
      };
    case 'GET /app/hook/config':
      return { status: 200, body: { url: app?.hookUrl } };
    case 'GET /app/hook/deliveries':
      return { status: 200, body: deliveries };
    default:
      return path.startsWith('POST /app/hook/deliveries/')
        ? { status: 202, body: {} }
        : { status: 404, body: { message: 'Not Found' } };
  }
}

async function answer(
  state: Omit<GitHubStandIn, 'url' | 'close'>,
  request: IncomingMessage,
  origin: string,
): Promise<Answer> {
  const url = new URL(request.url ?? '/', origin);
  state.asked.push(`${request.method} ${url.pathname}${url.search}`);
  const { quota } = state;
  const headers: Record<string, string> = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(Math.max(0, quota.remaining - 1)),
    'x-ratelimit-reset': String(quota.resetAt),
  };
  const is = (status: number, body: unknown, more: Record<string, string> = {}): Answer => ({
    status,
    body,
    headers: { ...headers, ...more },
  });
  const { authorization = '' } = request.headers;
  if (await isTheApp(state, authorization))
    return { ...answerToApp(state, `${request.method} ${url.pathname}`), headers: {} };
  if (authorization !== `token ${state.app ? installationToken : 'secret-token'}`)
    return is(401, { message: 'Bad credentials' });
  if (quota.remaining <= 0) return is(403, { message: 'API rate limit exceeded' });
  quota.remaining--;
  const [, , owner = '', repo = '', kind = '', first = '', ...rest] = url.pathname.split('/');
  if (`${owner}/${repo}` !== 'clinic/records') return is(404, { message: 'Not Found' });
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = (query: string) => ({ link: `<${origin}${url.pathname}?${query}>; rel="next"` });
  if (kind === 'commits') {
    const commit = state.commits.get(first);
    if (!commit) return is(404, { message: 'Not Found' });
    if (commit.fresh) {
      commit.fresh--;
      return is(404, { message: 'Not Found' });
    }
    const from = (page - 1) * filesAPage;
    return is(
      200,
      commitOf(first, commit, from),
      from + filesAPage < commit.files ? next(`page=${page + 1}`) : {},
    );
  }
  if (kind === 'compare') {
    const between = state.comparisons.get(decodeURIComponent(first));
    if (!between) return is(404, { message: 'Not Found' });
    const from = (page - 1) * commitsAPage;
    const commits = between.slice(from, from + commitsAPage).map((sha) => {
      const { files: _, stats: __, ...listed } = commitOf(sha, { files: 0, parents: [], verified: false }, 0);
      return listed;
    });
    const isMore = from + commitsAPage < between.length;
    return is(200, { total_commits: between.length, commits }, isMore ? next(`page=${page + 1}`) : {});
  }
  if (kind === 'hooks' && first === '') return is(200, state.hooks);
  if (kind === 'hooks' && rest.at(-1) === 'attempts') return is(202, {});
  if (kind === 'hooks') {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const isMore = from + deliveriesAPage < state.deliveries.length;
    return is(
      200,
      state.deliveries.slice(from, from + deliveriesAPage),
      isMore ? next(`cursor=${from + deliveriesAPage}`) : {},
    );
  }
  return is(404, { message: 'Not Found' });
}

function commitOf(
  sha: string,
  { files, parents, verified }: { files: number; parents: string[]; verified: boolean },
  from: number,
) {
  const person = { name: 'Ann', email: 'ann@example.org', date: '2025-01-15T10:00:00Z' };
  return {
    sha,
    commit: { message: 'fix: as pushed', author: person, committer: person, verification: { verified } },
    parents: parents.map((parent) => ({ sha: parent })),
    stats: { additions: files * 10, deletions: files, total: files * 11 },
    files: Array.from({ length: files }, (_, index) => ({
      filename: `src/auth/file-${index}.ts`,
      status: index === 0 ? 'renamed' : 'modified',
      additions: 10,
      deletions: 1,
      ...(index === 0 && { previous_filename: 'src/auth/old.ts' }),
    })).slice(from, from + filesAPage),
  };
}
