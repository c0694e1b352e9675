import type { ReviewStatus, RiskLevel } from '../commit';
import type { AuditCheck } from '../evidence';
import type { DigestEnvelope } from '../store';

/** A commit as a digest shows it. */
export interface DigestCommit {
  commitHash: string;
  commitDate: string;
  /** First line of the message, redacted like all of it; at most 200 characters. */
  subject: string;
  author: string;
  repositories: string[];
  riskScore: number;
  riskLevel: RiskLevel;
  /** The strongest reasons, as sentences. */
  reasons: string[];
  compliance: string[];
  /** When we first saw it. */
  createdAt?: string;
  review?: ReviewStatus | null;
  /** The commit's page at its forge; only where the forge itself told us of it. */
  url?: string;
}

/** High and critical commits that nobody has looked at, whenever they came in. */
export interface Unreviewed {
  total: number;
  /** Since when the longest waiting one is known; null where there is none. */
  oldestAt: string | null;
  /** The riskiest first; at most 25. */
  commits: DigestCommit[];
}

/** Pushes that never reached us: one open gap in the chain of a ref. */
export interface CoverageGap {
  repository: string;
  ref: string;
  foundAt: string;
}

export interface Coverage {
  openGaps: number;
  /** At most 20 of them. */
  gaps: CoverageGap[];
}

export type ChannelKind = 'slack' | 'teams' | 'email' | 'webhook';

/**
 * What became of one message to one channel. `sending` holds until `leaseUntil`; `unknown` is a message that may or may not
 * have arrived and that the channel could not tell apart from a second one, so it is not sent again.
 */
export interface ChannelState {
  kind: ChannelKind;
  status: 'pending' | 'sending' | 'sent' | 'failed' | 'unknown';
  attempts: number;
  /** The same in every attempt: the receiver tells a repetition by it. */
  messageId: string;
  nextAttemptAt?: string;
  leaseUntil?: string;
  sentAt?: string;
  /** Why the last attempt failed, in words fit for everybody. */
  error?: string;
}

/** An item that is sent to channels, and what became of it. */
export interface Message extends DigestEnvelope {
  kind?: 'digest' | 'announcement';
  createdAt: string;
  channels?: Record<string, ChannelState>;
  /** True while some channel is not finished, absent afterwards. */
  isOpen?: true;
}

/**
 * One item a tenant and day. It covers the entries of the audit log after `fromSequence`, where the digest before it ended,
 * up to its head: the log has one order and no gap, so each commit is in exactly one digest, however clocks and writers race.
 */
export interface Digest extends Message {
  fromSequence: number;
  /** The day of the digest before; null for the first. */
  previousDigestDate?: string | null;
  commits: number;
  commitsByLevel: Partial<Record<RiskLevel, number>>;
  /** High and critical ones, riskiest first; at most 100 of `highRiskTotal`. */
  highRisk: DigestCommit[];
  highRiskTotal: number;
  /** Medium and low ones, riskiest first, where a channel asks for them; at most 50. */
  others?: DigestCommit[];
  unreviewed?: Unreviewed;
  /** Absent where no push was ever seen. */
  coverage?: Coverage;
  /** Messages of the digest before this one that may not have arrived. */
  undelivered?: { channel: string; status: ChannelState['status']; digestDate: string }[];
  /** Where the audit log stood: whoever has the digest can witness it. Null where the log has no entry yet. */
  auditHead: { auditDate: string; sequence: number; hash: string } | null;
  /** Whether the log was found whole then; absent where it was not looked at: made up later, or it could not be read. */
  auditCheck?: AuditCheck;
}

/** Critical commits told at once; its `digestDate` is the day it was made. */
export interface Announcement extends Message {
  kind: 'announcement';
  /** At most 20 of `total`, riskiest first. */
  commits: DigestCommit[];
  total: number;
}

export const levelOrder: readonly RiskLevel[] = ['unscored', 'low', 'medium', 'high', 'critical'];

/** Whether a level is as grave as another one, or graver. */
export function isAtLeast(level: RiskLevel, least: RiskLevel): boolean {
  return levelOrder.indexOf(level) >= levelOrder.indexOf(least);
}
