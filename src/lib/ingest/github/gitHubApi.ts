import { Octokit } from '@octokit/core';
import type { Clock } from '../../clock';

/** What is left of the hourly quota for the people and programs that share the token. */
const reserveDefault = 500;
const requestTimeoutMs = 20_000;

export interface GitHubOptions {
  token: string;
  /** `https://api.github.com`, or the address of an enterprise server's API. */
  apiUrl: string;
  clock: Clock;
  /** Requests of the quota that are left alone. Default 500. */
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

type Headers = Record<string, string | number | undefined>;

/** GitHub's REST API within a budget of requests. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export class GitHubApi {
  private readonly octokit: Octokit;
  private readonly clock: Clock;
  private readonly reserve: number;
  private remaining = Number.POSITIVE_INFINITY;
  private resetAt = new Date(0);

  constructor({ token, apiUrl, clock, reserve = reserveDefault }: GitHubOptions) {
    // Octokit logs warnings with addresses of what was asked; ours says what is worth saying itself.
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    this.octokit = new Octokit({ auth: token, baseUrl: apiUrl, userAgent: 'gitops-healthcare', log: quiet });
    this.clock = clock;
    this.reserve = reserve;
  }

  /**
   * One request. `missing` is 404 and 422 (a commit too fresh, or none); `forbidden` is a token that may not.
   * @param route as GitHub documents it: `GET /repos/{owner}/{repo}/commits/{ref}`
   * @throws QuotaSpent, GitHubUnavailable
   */
  async ask<T>(route: string, parameters: Record<string, unknown>): Promise<Asked<T>> {
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
