import type { FileChange } from './commitInput';

export const schemaVersion = 1;

export type RiskLevel = 'low' | 'medium' | 'high' | 'critical' | 'unscored';
export type ReviewStatus = 'approved' | 'rejected' | 'acknowledged' | 'false-positive';

/** One reason of a score: a plain sentence, where it shows, and how much it adds. */
export interface RiskFactor {
  id: string;
  half: string;
  description: string;
  evidence: string[];
  contribution: number;
}

/** The stored half of an assessment: the score shown and all that explains it. */
export interface CommitRisk {
  /** 0 to 1; absent where nothing was known to score. */
  riskScore?: number;
  riskLevel: RiskLevel;
  riskFactors: RiskFactor[];
  riskModel: string;
  /** Why there is no score. */
  unscoredReason?: string;
  /** `client` where the caller's own score is the one shown; ours then stands in `modelRiskScore`. */
  riskSource: 'model' | 'client';
  modelRiskScore?: number;
  likelihood?: number;
  impact?: number;
  compliance: string[];
  complianceReasons?: { framework: string; reason: string; evidence: string[] }[];
}

export type ChangeAction = 'recorded' | 'amended' | 'reviewed';

/** One change of a record. The change feed shows an item's latest version only, so the item carries them all. */
export interface RecordChange {
  /** From 1, without gaps. */
  revision: number;
  action: ChangeAction;
  actor: string;
  /** Our clock. */
  at: string;
  /** Of the item as this change left it. */
  contentHash: string;
}

export interface Review {
  status: ReviewStatus;
  note?: string;
  reviewer: string;
  at: string;
}

/** A commit as it is kept: one item a commit and tenant, `id` = commit hash. Instants are UTC with milliseconds. */
export interface CommitItem extends CommitRisk {
  id: string;
  tenantId: string;
  commitDate: string;
  commitHash: string;
  /** Redacted. */
  message: string;
  /** Kinds of secrets and patient identifiers that were taken out of the message. */
  redactions: string[];
  /** The author's clock. */
  timestamp: string;
  author: string;
  authorName?: string;
  committer?: { name?: string; email?: string; timestamp?: string };
  /** Of the earliest push that brought it. */
  pusher?: string;
  /** The forge's clock: the earliest push that brought it. */
  pushedAt?: string;
  /** Every path; more than fit into one item continue in overflow items (`filesOverflow`). */
  filesChanged: string[];
  /** The same files in the same order with what is known of each; absent where only paths are known. */
  fileChanges?: FileChange[];
  filesChangedCount: number;
  filesOverflow?: { items: number; sha256: string };
  linesAdded?: number;
  linesDeleted?: number;
  repositories: string[];
  branches: string[];
  parents?: string[];
  isMerge?: boolean;
  verified?: boolean;
  /** Nobody but bots ever brought it. */
  isBot?: boolean;
  forced?: boolean;
  toDefaultBranch?: boolean;
  /** What the caller said of the commit itself; ours is in `riskScore` and `compliance`. */
  declaredRiskScore?: number;
  declaredCompliance?: string[];
  /** Which road it came in by first. */
  source: 'api' | 'github';
  /** Our clock: the first time we saw the commit. Never changes. */
  createdAt: string;
  updatedAt: string;
  review: Review | null;
  contentHash: string;
  revision: number;
  changes: RecordChange[];
  /** Of the request that wrote it last, where telemetry is on: the change feed joins its trace. Outside the content hash. */
  traceparent?: string;
  /** -1 while a legal hold keeps the item from expiring. Outside the content hash. */
  ttl?: number;
  schemaVersion: number;
}

/** An item as Cosmos DB gives it back. */
export type Stored<T> = T & { _etag: string; _ts: number; _rid: string };
