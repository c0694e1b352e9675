import * as z from 'zod';
import { parseWitness } from '../../lib/audit';
import { CalendarDate, CommitHash, Instant } from '../../lib/commit';
import { share, wholeNumber } from '../../lib/http';
import { RiskPolicyOverrides } from '../../lib/risk';

const date = (description: string) => CalendarDate.meta({ format: 'date', description }).optional();
const cursor = z
  .string()
  .max(2_000)
  .meta({ description: '`nextCursor` of the page before, with the very same other parameters' })
  .optional();
const limit = (max: number, fallback: number) =>
  wholeNumber(1, max, fallback).meta({ description: 'Items a page at most' });

/** @returns a check that names `startDate` where the range runs backwards */
function forwards({
  value,
  issues,
}: {
  value: { startDate?: string | undefined; endDate?: string | undefined };
  issues: unknown[];
}): void {
  const { startDate, endDate } = value;
  if (startDate !== undefined && endDate !== undefined && startDate > endDate)
    issues.push({ code: 'custom', input: value, path: ['startDate'], message: 'must not be after endDate' });
}

const reviewStatuses = ['approved', 'rejected', 'acknowledged', 'false-positive'] as const;

export const CommitsQuery = z
  .strictObject({
    startDate: date('First day, UTC; default 30 days before `endDate`'),
    endDate: date('Last day, UTC; default today'),
    repository: z.string().min(1).max(300).meta({ description: '`owner/name`' }).optional(),
    author: z.string().min(1).max(500).meta({ description: 'Address of the author, whole' }).optional(),
    minRisk: share.meta({ description: 'Smallest risk score' }).optional(),
    level: z.enum(['low', 'medium', 'high', 'critical', 'unscored']).optional(),
    compliance: z.string().min(1).max(50).meta({ description: 'A framework, such as HIPAA' }).optional(),
    review: z.enum(['unreviewed', ...reviewStatuses]).optional(),
    updatedSince: Instant.meta({
      format: 'date-time',
      description:
        'Only commits whose record changed at or after this instant; without `startDate`, of whatever day',
    }).optional(),
    limit: limit(500, 100),
    cursor,
  })
  .check(forwards);

export const HighRiskQuery = z.strictObject({
  threshold: share
    .meta({
      description: 'Smallest risk score; default: `thresholds.highRisk` of the settings, 0.7 where not set',
    })
    .optional(),
  days: wholeNumber(1, 366, 7).meta({ description: 'Commits made or first seen within so many days' }),
  limit: limit(500, 500).meta({ description: 'Items a page at most; all of them where they are streamed' }),
  cursor,
});

export const StatsQuery = z.strictObject({
  days: wholeNumber(1, 366, 30).meta({ description: 'So many days before today, and today' }),
});

export const AuditQuery = z
  .strictObject({
    startDate: date('First day of the log, UTC'),
    endDate: date('Last day of the log, UTC'),
    commitHash: CommitHash.optional(),
    limit: limit(500, 100),
    cursor,
  })
  .check(forwards);

const days = {
  startDate: date('First day of the log, UTC; default the whole log'),
  endDate: date('Last day of the log, UTC'),
};

export const AuditExportQuery = z.strictObject(days).check(forwards);

export const VerifyQuery = z
  .strictObject({
    ...days,
    head: z
      .string()
      .max(100)
      .refine((text) => parseWitness(text) !== undefined, 'must be HASH or NUMBER:HASH')
      .meta({ description: 'What somebody kept of the log, `HASH` or `NUMBER:HASH`: it must still be in it' })
      .optional(),
  })
  .check(forwards);

export const SettingsQuery = z.strictObject({
  revision: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of a revision')
    .transform(Number)
    .pipe(z.int().min(1))
    .meta({ description: 'An earlier revision; default the latest' })
    .optional(),
});

export const CoverageQuery = z.strictObject({
  repository: z.string().min(1).max(300).meta({ description: '`owner/name`' }).optional(),
  limit: limit(500, 100),
  cursor,
});

export const DeliveriesQuery = z.strictObject({
  status: z
    .enum(['failed', 'pending', 'processed'])
    .default('failed')
    .meta({ description: 'Set aside, waiting, or done; done ones are kept for 30 days' }),
  limit: limit(500, 100),
});

export const DigestsQuery = z.strictObject({ limit: limit(100, 30) });

export const NoQuery = z.strictObject({});

export const RescoreBody = z
  .strictObject({
    dryRun: z.boolean().meta({ description: 'Write nothing, only say what would change' }),
    risk: RiskPolicyOverrides.meta({
      description: 'Try this policy in place of the `risk` of the settings; with `dryRun` alone',
    }).optional(),
    limit: z.int().min(1).max(500).default(500).meta({ description: 'Commits a page at most' }),
    cursor,
  })
  .refine(({ dryRun, risk }) => dryRun || risk === undefined, {
    path: ['risk'],
    message: 'is for a dry run: stored commits are scored by the settings',
  })
  .meta({ id: 'RescoreRequest' });

export const ReviewBody = z
  .strictObject({
    status: z.enum(reviewStatuses),
    note: z
      .string()
      .max(4_000)
      .meta({ description: 'Secrets and patient identifiers in it are taken out' })
      .optional(),
  })
  .meta({ id: 'ReviewRequest' });
