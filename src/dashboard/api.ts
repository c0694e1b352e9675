export type Level = 'low' | 'medium' | 'high' | 'critical' | 'unscored';

export interface Factor {
  id: string;
  half: string;
  description: string;
  evidence: string[];
  contribution: number;
}
export interface Commit {
  commitHash: string;
  commitDate: string;
  message: string;
  timestamp: string;
  createdAt: string;
  author: string;
  authorName?: string;
  repositories: string[];
  branches: string[];
  riskScore?: number;
  riskLevel: Level;
  riskSource: string;
  modelRiskScore?: number;
  unscoredReason?: string;
  riskFactors: Factor[];
  compliance: string[];
  filesChanged: string[];
  filesChangedCount: number;
  linesAdded?: number;
  linesDeleted?: number;
  verified?: boolean;
  review: { status: string; note?: string; reviewer: string; at: string } | null;
  changes: { revision: number; action: string; actor: string; at: string; contentHash: string }[];
  _etag: string;
}
export interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}
export interface Stats {
  startDate: string;
  endDate: string;
  commits: number;
  byDay: { date: string; commits: number; byLevel: Partial<Record<Level, number>> }[];
  byLevel: Partial<Record<Level, number>>;
  byReview: Record<string, number>;
  byRepository: Record<string, number>;
  byFramework: Record<string, number>;
}
export interface Coverage {
  items: {
    repository: string;
    ref: string;
    pushesSeen: number;
    gapsFound: number;
    gapsFilled: number;
    gapsOpen: number;
    lastPush: { at: string };
  }[];
  deliveries: { pending: number; failed: number };
}
export interface AuditHead {
  sequence: number;
  auditDate: string;
  hash: string;
  updatedAt: string;
}
export interface AuditEntry {
  sequence: number;
  action: string;
  actor: string;
  recordedAt: string;
  hash: string;
}
export interface Verification {
  valid: boolean;
  entries: number;
  problemsFound: number;
  problems: { message: string }[];
  notes: { kind: string }[];
}
export interface ChannelState {
  kind: string;
  status: string;
  error?: string;
}
export interface DigestListing {
  digestDate: string;
  commits: number;
  highRiskTotal: number;
  auditCheck?: {
    checkedAt: string;
    valid: boolean;
    isWhole?: boolean;
    entries: number;
    problemsFound: number;
  };
  channels?: Record<string, ChannelState>;
}
export interface DigestCommit {
  commitHash: string;
  subject: string;
  author: string;
  repositories: string[];
  riskScore: number;
  riskLevel: Level;
  reasons: string[];
  createdAt?: string;
}
export interface Digest extends DigestListing {
  createdAt: string;
  commitsByLevel: Partial<Record<Level, number>>;
  highRisk: DigestCommit[];
  unreviewed?: { total: number; oldestAt: string | null; commits: DigestCommit[] };
  coverage?: { openGaps: number };
  auditHead: { auditDate: string; sequence: number; hash: string } | null;
}

/** What went wrong, in words for the person at the page. `signIn` asks for a new token. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }

  get signIn(): boolean {
    return this.status === 401;
  }
}

const timeoutMs = 30_000;

/** Calls the API of one tenant, on the host that this page came from. */
export class Api {
  private readonly base: string;

  constructor(
    readonly tenant: string,
    private readonly token: string,
  ) {
    this.base = `${location.pathname.replace(/\/dashboard\/?$/, '')}/v1/tenants/${encodeURIComponent(tenant)}`;
  }

  /** @throws Failure */
  get<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined && value !== '') search.set(name, String(value));
    return this.call(`${path}${search.size > 0 ? `?${search}` : ''}`, {});
  }

  review(commit: Commit, review: { status: string; note?: string }): Promise<Commit> {
    return this.call(`/commits/${commit.commitHash}/review`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'if-match': commit._etag },
      body: JSON.stringify(review),
    });
  }

  private async call<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await fetch(this.base + path, {
        ...init,
        headers: { authorization: `Bearer ${this.token}`, accept: 'application/json', ...init.headers },
        signal: AbortSignal.timeout(timeoutMs),
        credentials: 'omit',
        cache: 'no-store',
      });
    } catch (error) {
      const isLate = (error as Error).name === 'TimeoutError';
      throw new Failure(
        isLate
          ? 'The service did not answer in time. Try again in a moment.'
          : 'The service cannot be reached. Check your connection, or try again in a moment.',
        0,
      );
    }
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as {
      title?: string;
      detail?: string;
      traceId?: string;
    };
    throw new Failure(explain(response.status, problem), response.status);
  }
}

function explain(
  status: number,
  { title, detail, traceId }: { title?: string; detail?: string; traceId?: string },
): string {
  const said = [title, detail].filter((text) => text !== undefined && text !== '').join('. ');
  switch (status) {
    case 401:
      return 'Your sign-in is not valid or has expired. Sign in again to go on where you were.';
    case 403:
      return `Your token may not do this. ${detail ?? 'Ask for a token of this tenant with the role that is needed.'}`;
    case 404:
      return said || 'The service does not know this address.';
    case 412:
      return 'Somebody else has changed this commit in the meantime. It was read again: look at it, and save once more.';
    case 503:
      return 'The service is busy or its database is out of reach. Nothing is lost; try again in a moment.';
    default:
      return `${said || `The service answered ${status}`}${traceId ? ` (trace ${traceId})` : ''}.`;
  }
}
