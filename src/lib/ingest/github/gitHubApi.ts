import type { Octokit } from '@octokit/core';
import type { Clock } from '../../clock';
import type { GitHubCredentials } from '../../config';

/** What is left of the hourly quota for the people and programs that share the token. */
const reserveDefault = 500;
const requestTimeoutMs = 20_000;
/** Apps are installed and removed; so long what is known of it is believed. */
const installationKnownMs = 10 * 60_000;

export interface GitHubOptions {
  credentials: GitHubCredentials;
  /** `https://api.github.com`, or the address of an enterprise server's API. */
  apiUrl: string;
  clock: Clock;
  /** Requests of each quota that are left alone. Default 500. */
  reserve?: number;
}

/** GitHub asks for patience until then: the quota is used up to the reserve, or it said so. */
export class QuotaSpent extends Error {
  constructor(readonly resetAt: Date) {
    super('The quota of the GitHub API is spent');
    this.name = 'QuotaSpent';
  }
}

/** GitHub does not answer, or not as documented; the same may be asked later. */
export class GitHubUnavailable extends Error {
  constructor(cause: unknown) {
    super('GitHub does not answer', { cause });
    this.name = 'GitHubUnavailable';
  }
}

export type Asked<T> =
  | {
      kind: 'found';
      data: T;
      /** There is a page after this one. */
      hasMore: boolean;
      /** Of the next page, in lists that have cursors. */
      cursor?: string;
    }
  | { kind: 'missing' }
  | { kind: 'forbidden' };

type Parameters = Record<string, unknown>;
type Headers = Record<string, string | number | undefined>;

/** GitHub's REST API, as the holder of a token or as a GitHub App, within a budget of requests. */
export class GitHubApi {
  private readonly options: Required<GitHubOptions>;
  /** Of the token, or of the app itself. */
  private own: Promise<Account> | undefined;
  /** Of an app: by the repository it is installed in, and by the installation, which has a quota of its own. */
  private readonly installations = new Map<string, { account: Account | undefined; at: Date }>();
  private readonly accounts = new Map<number, Account>();

  constructor(options: GitHubOptions) {
    this.options = { reserve: reserveDefault, ...options };
  }

  /**
   * One request about a repository. `missing` is 404 and 422 (a commit too fresh, or none); `forbidden` is a token that may not,
   * and an app that is not installed there.
   * @param route as GitHub documents it: `GET /repos/{owner}/{repo}/commits/{ref}`
   * @throws QuotaSpent, GitHubUnavailable
   */
  async ask<T>(route: string, parameters: { owner: string; repo: string } & Parameters): Promise<Asked<T>> {
    const account = await this.accountOf(parameters);
    return account ? account.ask<T>(route, parameters) : { kind: 'forbidden' };
  }

  /** One request that only a GitHub App may make, as itself; undefined where a token is used. @throws QuotaSpent, GitHubUnavailable */
  async askAsApp<T>(route: string, parameters: Parameters = {}): Promise<Asked<T> | undefined> {
    return this.options.credentials.kind === 'app'
      ? (await this.ownAccount()).ask<T>(route, parameters)
      : undefined;
  }

  private async accountOf({ owner, repo }: { owner: string; repo: string }): Promise<Account | undefined> {
    if (this.options.credentials.kind === 'token') return this.ownAccount();
    const key = `${owner}/${repo}`.toLowerCase();
    const known = this.installations.get(key);
    const now = this.options.clock();
    if (known && now.getTime() - known.at.getTime() < installationKnownMs) return known.account;
    // https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app
    const asked = await this.askAsApp<{ id: number }>('GET /repos/{owner}/{repo}/installation', {
      owner,
      repo,
    });
    const account = asked?.kind === 'found' ? await this.installation(asked.data.id) : undefined;
    this.installations.set(key, { account, at: now });
    return account;
  }

  private async installation(id: number): Promise<Account> {
    const account = this.accounts.get(id) ?? (await this.account(id));
    this.accounts.set(id, account);
    return account;
  }

  private ownAccount(): Promise<Account> {
    this.own ??= this.account();
    return this.own;
  }

  private async account(installationId?: number): Promise<Account> {
    const { credentials, apiUrl, clock, reserve } = this.options;
    // Loaded when there is something to ask: most processes never do.
    const { Octokit } = await import('@octokit/core');
    // Octokit logs warnings with addresses of what was asked; ours says what is worth saying itself.
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    const common = { baseUrl: apiUrl, userAgent: 'gitops-healthcare', log: quiet };
    if (credentials.kind === 'token')
      return new Account(new Octokit({ ...common, auth: credentials.token }), clock, reserve);
    const { createAppAuth } = await import('@octokit/auth-app');
    const { appId, privateKey } = credentials;
    const auth = { appId, privateKey, ...(installationId !== undefined && { installationId }), log: quiet };
    return new Account(new Octokit({ ...common, authStrategy: createAppAuth, auth }), clock, reserve);
  }
}

/** Whoever has a quota. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
class Account {
  private remaining = Number.POSITIVE_INFINITY;
  private resetAt = new Date(0);

  constructor(
    private readonly octokit: Octokit,
    private readonly clock: Clock,
    private readonly reserve: number,
  ) {}

  async ask<T>(route: string, parameters: Parameters): Promise<Asked<T>> {
    if (this.remaining <= this.reserve && this.clock() < this.resetAt) throw new QuotaSpent(this.resetAt);
    try {
      const { data, headers } = await this.octokit.request(route, {
        ...parameters,
        request: { signal: AbortSignal.timeout(requestTimeoutMs) },
      });
      this.note(headers);
      const next = /<([^>]+)>;\s*rel="next"/.exec(headers.link ?? '')?.[1];
      const cursor = next === undefined ? null : new URL(next).searchParams.get('cursor');
      return { kind: 'found', data: data as T, hasMore: next !== undefined, ...(cursor && { cursor }) };
    } catch (error) {
      const { status, response } = error as { status?: number; response?: { headers: Headers } };
      const headers = response?.headers ?? {};
      this.note(headers);
      if (status === 404 || status === 409 || status === 422) return { kind: 'missing' };
      if (status === 403 || status === 429) {
        const until = this.patience(headers);
        if (until) throw new QuotaSpent(until);
        if (status === 403) return { kind: 'forbidden' };
      }
      if (status === 401) return { kind: 'forbidden' };
      throw new GitHubUnavailable(error);
    }
  }

  private note(headers: Headers): void {
    const remaining = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
    if (Number.isNaN(remaining) || Number.isNaN(reset)) return;
    this.remaining = remaining;
    this.resetAt = new Date(reset * 1000);
  }

  private patience(headers: Headers): Date | undefined {
    const retryAfter = Number(headers['retry-after'] ?? Number.NaN);
    if (!Number.isNaN(retryAfter)) return new Date(this.clock().getTime() + retryAfter * 1000);
    return headers['x-ratelimit-remaining'] !== undefined && this.remaining === 0 ? this.resetAt : undefined;
  }
}

/** The `owner` and `repo` parameters of `owner/name`. */
export function repositoryParameters(fullName: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}

/** When to ask again after so many attempts that found nothing: a minute, two, four … six hours. */
export function nextAttempt(attempts: number, now: Date): string {
  const minutes = Math.min(2 ** Math.min(attempts, 20), 360);
  return new Date(now.getTime() + minutes * 60_000).toISOString();
}
