import * as z from 'zod';
import { auditActions } from '../../lib/audit';
import { TenantSettings } from '../../lib/settings';

const text = z.string();
const instant = text.meta({ format: 'date-time' });
const date = text.meta({ format: 'date' });
const count = z.int().min(0);
const share = z.number().min(0).max(1);

export const RiskLevel = z.enum(['low', 'medium', 'high', 'critical', 'unscored']);

export const Review = z
  .object({
    status: z.enum(['approved', 'rejected', 'acknowledged', 'false-positive']),
    note: text.optional(),
    reviewer: text,
    at: instant,
  })
  .meta({ id: 'Review' });

/** A commit as it is kept; held against `CommitItem` of `src/lib/commit` by a test. */
export const Commit = z
  .object({
    id: text,
    tenantId: text,
    commitHash: text,
    commitDate: date.meta({ description: 'The UTC date of `timestamp`' }),
    timestamp: instant.meta({ description: "The author's clock" }),
    message: text,
    redactions: z.array(text).meta({ description: 'Kinds of what was taken out of the message' }),
    author: text,
    authorName: text.optional(),
    committer: z
      .object({ name: text.optional(), email: text.optional(), timestamp: instant.optional() })
      .optional(),
    pusher: text.optional(),
    filesChanged: z.array(text),
    fileChanges: z
      .array(
        z.object({
          path: text,
          status: z.enum(['added', 'modified', 'removed', 'renamed']).optional(),
          linesAdded: count.optional(),
          linesDeleted: count.optional(),
          previousPath: text.optional(),
        }),
      )
      .optional(),
    filesChangedCount: count,
    linesAdded: count.optional(),
    linesDeleted: count.optional(),
    repositories: z.array(text),
    branches: z.array(text),
    pushedAt: instant
      .meta({ description: "The forge's clock: the earliest push that brought it" })
      .optional(),
    parents: z.array(text).optional(),
    isMerge: z.boolean().optional(),
    verified: z.boolean().optional(),
    isBot: z.boolean().optional(),
    forced: z.boolean().optional(),
    toDefaultBranch: z.boolean().optional(),
    riskScore: share.meta({ description: 'Absent where nothing was known to score' }).optional(),
    riskLevel: RiskLevel,
    riskFactors: z.array(
      z.object({
        id: text,
        half: text,
        description: text,
        evidence: z.array(text),
        contribution: z.number(),
      }),
    ),
    riskModel: text,
    riskSource: z.enum(['model', 'client']),
    unscoredReason: text.optional(),
    modelRiskScore: share.optional(),
    likelihood: share.optional(),
    impact: share.optional(),
    compliance: z.array(text),
    complianceReasons: z
      .array(z.object({ framework: text, reason: text, evidence: z.array(text) }))
      .optional(),
    declaredRiskScore: share.optional(),
    declaredCompliance: z.array(text).optional(),
    source: z.enum(['api', 'github']),
    createdAt: instant.meta({ description: 'Our clock: the first time the commit was seen' }),
    updatedAt: instant,
    review: Review.nullable(),
    contentHash: text,
    revision: z.int().min(1),
    changes: z.array(
      z.object({
        revision: z.int().min(1),
        action: text,
        actor: text,
        at: instant,
        contentHash: text,
      }),
    ),
    schemaVersion: z.int(),
    _etag: text,
    _ts: z.int(),
    _rid: text,
  })
  .meta({ id: 'Commit' });

const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: text.nullable() });

export const CommitPage = page(Commit).meta({ id: 'CommitPage' });

export const HighRiskCommits = z
  .object({ items: z.array(Commit), threshold: share, days: count, nextCursor: text.nullable() })
  .meta({ id: 'HighRiskCommits' });

export const Problem = z
  .object({
    type: text.meta({ format: 'uri' }),
    title: text,
    status: z.int(),
    detail: text.optional(),
    instance: text,
    errors: z.array(z.object({ path: text, message: text })).optional(),
    traceId: text,
  })
  .meta({ id: 'Problem' });

export const IngestedBatch = z
  .object({
    stored: count,
    updated: count,
    unchanged: count,
    failed: count,
    results: z.array(
      z.object({
        status: z.enum(['stored', 'updated', 'unchanged', 'failed']),
        commitHash: text.optional(),
        commitDate: date.optional(),
        riskScore: share.optional(),
        riskLevel: RiskLevel.optional(),
        error: Problem.optional(),
      }),
    ),
  })
  .meta({ id: 'IngestedBatch' });

const deliveryCounts = { pending: count, failed: count };

export const Coverage = z
  .object({
    items: z.array(
      z.object({
        repository: text,
        ref: text,
        pushesSeen: count,
        gapsFound: count,
        gapsFilled: count,
        gapsOpen: count.meta({ description: 'Found and not filled; of these `gaps` lists the latest 500' }),
        lastPush: z.object({ at: instant, after: text, pusher: text.optional() }),
        gaps: z
          .array(
            z.object({
              lastKnown: text.meta({ description: 'Last object name known before the gap' }).optional(),
              before: text.meta({ description: 'What the first push behind the gap began from' }),
              foundAt: instant,
              filledAt: instant.optional(),
              attempts: count
                .meta({ description: 'How often GitHub was asked for what is missing' })
                .optional(),
              error: text.optional(),
              nextAttemptAt: instant.optional(),
            }),
          )
          .meta({ description: 'All that are open, and the latest hundred that were filled' }),
      }),
    ),
    nextCursor: text.nullable(),
    deliveries: z.object(deliveryCounts).meta({ description: 'Waiting in the inbox, and set aside' }),
    enrichment: z
      .object({ pending: count })
      .meta({ description: 'Deliveries whose commits GitHub is still to be asked about' }),
  })
  .meta({ id: 'Coverage' });

export const DeliveryPage = z
  .object({
    items: z.array(
      z.object({
        deliveryId: text,
        status: z.enum(['pending', 'processed', 'failed']),
        receivedAt: instant,
        processedAt: instant.optional(),
        error: text.optional(),
        repository: text,
        ref: text,
        before: text,
        after: text,
      }),
    ),
    counts: z.object(deliveryCounts),
  })
  .meta({ id: 'DeliveryPage' });

export const ReplayedDelivery = z
  .object({ deliveryId: text, status: z.literal('pending') })
  .meta({ id: 'ReplayedDelivery' });

export const Delivery = z
  .object({
    deliveryId: text.optional(),
    commits: count.optional(),
    duplicate: z.literal(true).optional(),
    pong: z.literal(true).optional(),
    ignored: z.literal(true).optional(),
  })
  .meta({ id: 'Delivery' });

const position = { auditDate: date, sequence: z.int().min(1), hash: text };

export const AuditEntry = z
  .object({
    ...position,
    id: text,
    tenantId: text,
    subject: text,
    commitHash: text.optional(),
    revision: z.int().min(1),
    action: text.meta({ examples: [...auditActions] }),
    actor: text,
    contentHash: text,
    changedAt: instant,
    recordedAt: instant,
    previousHash: text,
    previousAuditDate: date.optional(),
    detail: z.record(text, z.union([text, z.int(), z.boolean()])).optional(),
    formatVersion: z.int(),
  })
  .meta({ id: 'AuditEntry' });

export const AuditPage = page(AuditEntry).meta({ id: 'AuditPage' });

export const AuditHead = z
  .object({
    ...position,
    id: text,
    tenantId: text,
    firstSequence: z.int(),
    entries: count,
    previousHead: z.object({ ...position, headHash: text }).nullable(),
    updatedAt: instant,
    headHash: text,
    formatVersion: z.int(),
  })
  .meta({ id: 'AuditHead' });

const finding = z.object({
  kind: text,
  message: text,
  sequence: z.int().optional(),
  id: text.optional(),
  auditDate: date.optional(),
});

export const Verification = z
  .object({
    valid: z.boolean(),
    entries: count,
    head: z.object(position).nullable(),
    problems: z.array(finding),
    problemsFound: count,
    notes: z.array(finding),
  })
  .meta({ id: 'Verification' });

export const Digest = z
  .looseObject({
    id: text,
    tenantId: text,
    digestDate: date,
    createdAt: instant,
    commits: count,
    highRiskTotal: count,
  })
  .meta({ id: 'Digest' });

export const DigestList = z.object({ items: z.array(Digest) }).meta({ id: 'DigestList' });

export const Settings = z
  .object({
    tenantId: text,
    revision: count.meta({ description: '0 where nothing was ever set' }),
    updatedAt: instant.nullable(),
    updatedBy: text.nullable(),
    settings: TenantSettings,
  })
  .meta({ id: 'Settings' });

const scoreShown = z.object({ riskScore: share.optional(), riskLevel: RiskLevel, riskModel: text });

export const RescoredPage = z
  .object({
    riskModel: text.meta({ description: 'Names the policy that scored' }),
    dryRun: z.boolean(),
    changed: count.meta({ description: 'Commits of this page that were amended, or would be' }),
    failed: count,
    levels: z
      .array(z.object({ from: RiskLevel, to: RiskLevel, commits: count }))
      .meta({ description: 'All commits of this page, by their level before and after' }),
    results: z
      .array(
        z.object({
          commitHash: text,
          commitDate: date,
          subject: text,
          repositories: z.array(text),
          before: scoreShown,
          after: scoreShown,
          factors: z
            .array(
              z.object({
                id: text,
                description: text,
                evidence: z.array(text),
                from: z.number(),
                to: z.number(),
              }),
            )
            .meta({ description: 'Those that contribute something else than before; the largest first' }),
          error: Problem.optional(),
        }),
      )
      .meta({ description: 'The commits that come out differently' }),
    nextCursor: text.nullable(),
  })
  .meta({ id: 'RescoredPage' });

const counts = z.record(text, count);

export const Stats = z
  .object({
    startDate: date,
    endDate: date,
    commits: count,
    byDay: z.array(z.object({ date, commits: count, byLevel: counts })),
    byLevel: counts,
    byReview: counts,
    byFramework: counts,
    byRepository: counts,
    byAuthor: counts,
    others: counts.meta({ description: 'Commits of names beyond the first 100, where a group has more' }),
    computedAt: instant,
  })
  .meta({ id: 'Stats' });

export const Health = z
  .object({ status: z.enum(['ok', 'unavailable']), parts: z.record(text, text).optional() })
  .meta({ id: 'Health' });
