import * as z from 'zod';
import { CommitInput } from '../../lib/commit';
import { TenantSettings } from '../../lib/settings';
import type { RouteName } from '../routes';
import * as answers from './answers';
import type { Contract } from './contract';
import { hookExample, ingestExamples, rescoreExamples, reviewExamples, settingsExamples } from './examples';
import * as queries from './queries';

const tables = {
  'text/csv': 'A row a commit, safe to open in a spreadsheet; streamed',
  'application/x-ndjson': 'A line a commit, each a Commit; streamed',
};
const sarif = { 'application/sarif+json': 'A SARIF 2.1.0 log, a result a commit; streamed' };

/** What each HTTP function takes and answers, by its name. */
export const contracts = {
  auditHead: {
    summary: 'The end of the audit log',
    answers: { 200: { description: 'The head of the last day that has entries', schema: answers.AuditHead } },
  },
  coverage: {
    summary: 'Was every push seen?',
    description:
      'Each ref is a chain: a push begins where the one before it ended. Where it does not, pushes are missing.',
    query: queries.CoverageQuery,
    answers: {
      200: { description: 'The refs, those of a repository beside each other', schema: answers.Coverage },
    },
  },
  dashboard: {
    summary: 'The page that people look at',
    description: 'Holds no data: it asks this API for them with the token of whoever looks at it.',
    answers: { 200: { description: 'The page', formats: { 'text/html': 'One document with its script' } } },
  },
  docs: {
    summary: 'This document as a page',
    answers: { 200: { description: 'A page without scripts', formats: { 'text/html': 'The page' } } },
  },
  exportAudit: {
    summary: 'The audit log as a file that can be checked without this app',
    description:
      'The format is `docs/audit-format.md`. A long log is fetched in parts of whole days, each with its manifest; parts one after the other are one export. After a break only the last part is asked for again. Who exports is noted in the log.',
    query: queries.AuditExportQuery,
    answers: {
      200: {
        description: 'The export',
        formats: { 'application/x-ndjson': 'A line an item in canonical form, the manifest last; streamed' },
      },
    },
  },
  getCommit: {
    summary: 'One commit',
    answers: { 200: { description: 'The commit, with all its files', schema: answers.Commit } },
  },
  getDigest: {
    summary: 'The digest of one day',
    answers: {
      200: {
        description: 'The digest',
        schema: answers.Digest,
        formats: { 'text/html': 'As a page', 'text/markdown': 'As CommonMark' },
      },
    },
  },
  getSettings: {
    summary: 'What the tenant has set',
    query: queries.SettingsQuery,
    answers: {
      200: {
        description: 'The settings, or the defaults; the ETag is their revision',
        schema: answers.Settings,
      },
    },
  },
  githubWebhook: {
    summary: 'What GitHub sends',
    description:
      'Signed with the secret of the tenant (`gitops-healthcare webhook-secret TENANT`). A push is stored before it is answered.',
    ownBody: z.record(z.string(), z.unknown()),
    answers: {
      200: { description: 'A ping, or a delivery that is there already', schema: answers.Delivery },
      202: { description: 'Stored durably, or an event that is passed over', schema: answers.Delivery },
    },
    examples: hookExample,
  },
  healthLive: {
    summary: 'Does the process answer?',
    answers: { 200: { description: 'It does', schema: answers.Health } },
  },
  healthReady: {
    summary: 'Can it do its work?',
    answers: {
      200: { description: 'It can', schema: answers.Health },
      503: { description: 'It cannot; `parts` says what is down', schema: answers.Health },
    },
  },
  highRiskCommits: {
    summary: 'The riskiest commits of the last days',
    description:
      'Riskiest first. A commit counts when it was made, or first seen, within the days, so that back-dating hides nothing.',
    query: queries.HighRiskQuery,
    answers: {
      200: { description: 'The commits', schema: answers.HighRiskCommits, formats: { ...tables, ...sarif } },
    },
  },
  ingestCommits: {
    summary: 'Store one commit, or up to 500',
    description:
      'May be sent again at any time: what is known already is left as it is. In a batch each commit has its own result.',
    ownBody: z.union([
      CommitInput,
      z.strictObject({ commits: z.array(CommitInput).min(1).max(500) }).meta({ id: 'CommitBatch' }),
    ]),
    answers: {
      200: {
        description: 'The commit was known already; or the results of a batch, in order',
        schema: z.union([answers.Commit, answers.IngestedBatch]),
      },
      201: { description: 'The commit as it is stored', schema: answers.Commit },
      207: {
        description: 'A batch of which some failed: the results, in order',
        schema: answers.IngestedBatch,
      },
    },
    examples: ingestExamples,
  },
  openapi: {
    summary: 'This document',
    answers: {
      200: {
        description: 'OpenAPI 3.1, made from the very schemas that check the calls',
        schema: z.object(),
      },
    },
  },
  putSettings: {
    summary: 'Set everything that a tenant may set',
    description:
      'What is sent replaces all of it, so send what was read with the change in it. Every version is kept, every change is in the audit log. No secret stands in the settings, only its name.',
    body: TenantSettings,
    hasVersions: true,
    answers: { 200: { description: 'The settings as they are now', schema: answers.Settings } },
    examples: settingsExamples,
  },
  queryAudit: {
    summary: 'Entries of the audit log',
    description: 'Who asks is noted in the log, a moment later.',
    query: queries.AuditQuery,
    answers: { 200: { description: 'In the order of the log', schema: answers.AuditPage } },
  },
  queryCommits: {
    summary: 'The commits of a range of days',
    description:
      'Newest first. A range of more than 366 days needs a filter. As a table or as lines it is the whole range in one answer, and `limit` and `cursor` count for nothing. Files beyond the first item of a very large commit are left out.',
    query: queries.CommitsQuery,
    answers: { 200: { description: 'A page of commits', schema: answers.CommitPage, formats: tables } },
  },
  queryDeliveries: {
    summary: 'Webhook deliveries in one state',
    query: queries.DeliveriesQuery,
    answers: {
      200: { description: 'The deliveries, the oldest first', schema: answers.DeliveryPage },
    },
  },
  queryDigests: {
    summary: 'The latest digests',
    query: queries.DigestsQuery,
    answers: {
      200: {
        description: 'Newest first',
        schema: answers.DigestList,
        formats: { 'text/html': 'As a page', 'text/markdown': 'As CommonMark' },
      },
    },
  },
  replayDelivery: {
    summary: 'Process a delivery once more that was set aside',
    answers: {
      202: { description: 'It is in the inbox again', schema: answers.ReplayedDelivery },
      409: { description: 'It was not set aside: it is under way, or done' },
    },
  },
  rescoreCommits: {
    summary: 'Score a page of the stored commits anew',
    description:
      'By the settings as they are now, from what is stored of each commit; newest first. What comes out differently is recorded as amended, all else stays as it is, so it may be sent again at any time. With `dryRun` nothing is written, and `risk` may say which policy to try. A cursor is refused once the policy is another: begin again.',
    body: queries.RescoreBody,
    answers: { 200: { description: 'What has changed, or would', schema: answers.RescoredPage } },
    examples: rescoreExamples,
  },
  reviewCommit: {
    summary: 'Record what a person thinks of a commit',
    body: queries.ReviewBody,
    hasVersions: true,
    answers: { 200: { description: 'The commit with its review', schema: answers.Commit } },
    examples: reviewExamples,
  },
  stats: {
    summary: 'Counts of commits',
    description:
      'By day and level, review, framework, repository and author; the largest first. After the first question only what was written since is read. A commit of two repositories or frameworks counts in both.',
    query: queries.StatsQuery,
    answers: {
      200: {
        description: 'The counts',
        schema: answers.Stats,
        formats: { 'text/csv': 'A row a day and value, for a spreadsheet to pivot' },
      },
    },
  },
  verifyAudit: {
    summary: 'Recompute the audit log and hold every commit against it',
    description:
      'Where the whole log is asked for, every commit is compared with its entries, both ways; of a range of days, the commits that its entries are about. Who asks is noted in the log, a moment later.',
    query: queries.VerifyQuery,
    answers: { 200: { description: 'What was found', schema: answers.Verification } },
  },
} as const satisfies Record<RouteName, Contract>;
