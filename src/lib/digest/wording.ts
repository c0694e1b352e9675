import { addDays, displayText } from '../commit';
import type { AuditCheck } from '../evidence';
import { type Announcement, type Digest, type DigestCommit, isAtLeast } from './digest';

/** What a message needs to know of its surroundings. */
export interface RenderOptions {
  /** Address of the app without `/api`, for links to the dashboard; without it there are none. */
  publicUrl?: string | undefined;
  /** The least level of the commits that are listed; default `high`. */
  minLevel?: 'low' | 'medium' | 'high' | 'critical' | undefined;
}

/** One commit in words. Foreign text is fit to be shown and not escaped yet. */
export interface CommitLine {
  level: string;
  score: string;
  hash: string;
  subject: string;
  /** By whom, where, which frameworks, how long it waits. */
  facts: string[];
  reasons: string[];
  dashboardUrl?: string;
  forgeUrl?: string;
}

export interface Section {
  title: string;
  commits: CommitLine[];
  lines: string[];
  /** How many more there are, as a sentence. */
  more?: string;
}

/** A digest or an announcement as words, the same for every format. */
export interface View {
  title: string;
  /** One line that says it all; nothing else is needed on a quiet day. */
  summary: string;
  isQuiet: boolean;
  sections: Section[];
  /** The audit head, for witnesses. */
  footer: string[];
  dashboardUrl?: string;
}

const plural = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

export function viewOfDigest(digest: Digest, options: RenderOptions = {}): View {
  const least = options.minLevel ?? 'high';
  const listed = [...digest.highRisk, ...(digest.others ?? [])].filter(({ riskLevel }) =>
    isAtLeast(riskLevel, least),
  );
  const page = dashboard(options, digest.tenantId, { digest: digest.digestDate });
  const isBroken = digest.auditCheck?.valid === false;
  const isQuiet =
    digest.commits === 0 && !digest.unreviewed?.total && !digest.coverage?.openGaps && !isBroken;
  return {
    title: `${displayText(digest.tenantId, 64)}: digest of ${digest.digestDate}`,
    summary: isQuiet ? quiet(digest) : `${summaryOf(digest)}.`,
    isQuiet: isQuiet && !digest.undelivered?.length,
    sections: [
      section(
        'The audit log does not verify',
        [],
        (digest.auditCheck?.problems ?? []).map(problemLine),
        digest.auditCheck?.problemsFound ?? 0,
      ),
      section(
        `Recorded${digest.previousDigestDate ? ` since the digest of ${digest.previousDigestDate}` : ''}`,
        listed.map((commit) => lineOf(commit, digest, options)),
        [],
        listedTotal(digest, least),
      ),
      section(
        'Waiting for a review',
        (digest.unreviewed?.commits ?? []).map((commit) =>
          lineOf(commit, digest, options, `waits ${waiting(commit.createdAt, digest.createdAt)}`),
        ),
        [],
        digest.unreviewed?.total ?? 0,
      ),
      section(
        'Pushes that never arrived',
        [],
        (digest.coverage?.gaps ?? []).map(
          ({ repository, ref, foundAt }) =>
            `${displayText(repository, 100)} ${displayText(ref, 100)}, found ${foundAt.slice(0, 10)}`,
        ),
        digest.coverage?.openGaps ?? 0,
      ),
      section(
        'Messages that may not have arrived',
        [],
        (digest.undelivered ?? []).map(
          ({ channel, status, digestDate }) =>
            `digest of ${digestDate} to ${displayText(channel, 60)}: ${status}`,
        ),
        digest.undelivered?.length ?? 0,
      ),
    ].filter(({ commits, lines }) => commits.length + lines.length > 0),
    footer: [auditLine(digest), ...checkLine(digest)],
    ...(page && { dashboardUrl: page }),
  };
}

export function viewOfAnnouncement(announcement: Announcement, options: RenderOptions = {}): View {
  const page = dashboard(options, announcement.tenantId, { level: 'critical' });
  return {
    title: `${displayText(announcement.tenantId, 64)}: ${plural(announcement.total, 'critical commit')}`,
    summary: `${plural(announcement.total, 'critical commit')} recorded and not reviewed yet.`,
    isQuiet: false,
    sections: [
      section(
        'Critical',
        announcement.commits.map((commit) => lineOf(commit, announcement, options)),
        [],
        announcement.total,
      ),
    ],
    footer: [],
    ...(page && { dashboardUrl: page }),
  };
}

const quiet = ({ digestDate, auditHead }: Digest) =>
  `A quiet day: nothing was recorded, and nothing waits for a review (${digestDate}, audit entry ${auditHead?.sequence ?? 0}).`;

function summaryOf({
  commits,
  highRiskTotal,
  commitsByLevel,
  unreviewed,
  coverage,
  createdAt,
  auditCheck,
}: Digest): string {
  const critical = commitsByLevel.critical ?? 0;
  return [
    ...(auditCheck?.valid === false ? ['THE AUDIT LOG DOES NOT VERIFY: treat it as an incident'] : []),
    commits === 0
      ? 'Nothing was recorded'
      : `${plural(commits, 'commit')} recorded, ${highRiskTotal.toLocaleString('en-US')} of them high or critical${critical > 0 ? ` (${critical} critical)` : ''}`,
    ...(commitsByLevel.unscored ? [`${commitsByLevel.unscored} could not be scored`] : []),
    ...(unreviewed && unreviewed.total > 0
      ? [
          `${unreviewed.total.toLocaleString('en-US')} waiting for a review, the longest for ${waiting(unreviewed.oldestAt ?? undefined, createdAt)}`,
        ]
      : []),
    ...(coverage && coverage.openGaps > 0 ? [`${plural(coverage.openGaps, 'gap')} in what was seen`] : []),
  ].join('; ');
}

function listedTotal({ commitsByLevel }: Digest, least: 'low' | 'medium' | 'high' | 'critical'): number {
  return (['low', 'medium', 'high', 'critical'] as const)
    .filter((level) => isAtLeast(level, least))
    .reduce((sum, level) => sum + (commitsByLevel[level] ?? 0), 0);
}

function section(title: string, commits: CommitLine[], lines: string[], total: number): Section {
  const hidden = total - commits.length - lines.length;
  return { title, commits, lines, ...(hidden > 0 && { more: `and ${hidden.toLocaleString('en-US')} more` }) };
}

function lineOf(
  commit: DigestCommit,
  { tenantId }: { tenantId: string },
  options: RenderOptions,
  ...extra: string[]
): CommitLine {
  const page = dashboard(options, tenantId, { commit: commit.commitHash });
  const places = commit.repositories.slice(0, 3).map((name) => displayText(name, 100));
  return {
    level: commit.riskLevel,
    score: commit.riskScore.toFixed(2),
    hash: commit.commitHash.slice(0, 10),
    subject: displayText(commit.subject) || '(no message)',
    facts: [
      `by ${displayText(commit.author, 100)}`,
      ...(places.length > 0 ? [`in ${places.join(', ')}`] : []),
      ...(commit.compliance.length > 0
        ? [
            commit.compliance
              .slice(0, 10)
              .map((name) => displayText(name, 50))
              .join(', '),
          ]
        : []),
      ...(commit.review ? [commit.review] : []),
      ...extra,
    ],
    reasons: commit.reasons.map((reason) => displayText(reason, 250)),
    ...(page && { dashboardUrl: page }),
    ...(commit.url !== undefined && { forgeUrl: commit.url }),
  };
}

/** How long something waits: whole days, or hours on the first day. */
export function waiting(since: string | undefined, now: string): string {
  const hours = Math.max(0, (Date.parse(now) - Date.parse(since ?? now)) / 3_600_000);
  if (hours < 1) return 'under an hour';
  return hours < 24 ? plural(Math.floor(hours), 'hour') : plural(Math.floor(hours / 24), 'day');
}

function auditLine({ auditHead }: Digest): string {
  return auditHead
    ? `Audit log: entry ${auditHead.sequence} of ${auditHead.auditDate}, hash ${auditHead.hash}. Keep this message: it is evidence that the log stood so.`
    : 'The audit log has no entry yet.';
}

function checkLine({ auditCheck }: Digest): string[] {
  if (!auditCheck?.valid) return [];
  const { entries, isWhole, checkedAt } = auditCheck;
  return [
    `Verified ${checkedAt.slice(0, 16).replace('T', ' ')} UTC: ${plural(entries, 'entry', 'entries')}, ${isWhole ? 'the whole log' : 'the latest days and a part of the older ones'}, none altered or missing.`,
  ];
}

function problemLine({ kind, sequence, id, auditDate }: AuditCheck['problems'][number]): string {
  const where = [
    ...(sequence === undefined ? [] : [`entry ${sequence}`]),
    ...(id === undefined ? [] : [displayText(id, 100)]),
    ...(auditDate === undefined ? [] : [displayText(auditDate, 20)]),
  ];
  return where.length > 0 ? `${kind}: ${where.join(', ')}` : kind;
}

/** The dashboard's address for one thing of a tenant; undefined where the app does not know its own address. */
export function dashboard(
  { publicUrl }: RenderOptions,
  tenantId: string,
  query: Record<string, string>,
): string | undefined {
  if (publicUrl === undefined) return undefined;
  return `${publicUrl.replace(/\/+$/, '')}/api/dashboard?${new URLSearchParams({ tenant: tenantId, ...query })}`;
}

/** The page of a commit at GitHub, where its repository and hash have the form that GitHub gives them. */
export function forgeUrl(repository: string | undefined, commitHash: string): string | undefined {
  if (repository === undefined || !/^[\w-]{1,39}\/[\w.-]{1,100}$/.test(repository)) return undefined;
  if (!/^[0-9a-f]{40}$/.test(commitHash)) return undefined;
  return `https://github.com/${repository}/commit/${commitHash}`;
}

/** The days after one day and before another. */
export function daysBetween(after: string, before: string): string[] {
  const days: string[] = [];
  for (let day = addDays(after, 1); day < before; day = addDays(day, 1)) days.push(day);
  return days;
}
