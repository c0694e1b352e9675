import { useState } from 'preact/hooks';
import type { View } from './address';
import {
  type Api,
  type AuditHead,
  type Coverage,
  type DigestListing,
  Failure,
  type Page,
  type Stats,
  type Verification,
} from './api';
import type { Loaded } from './loading';
import { Card, day, Foreign, levels, minute, number } from './parts';

export function TotalsCard({
  stats,
  view,
  onLevel,
}: {
  stats: Loaded<Stats>;
  view: View;
  onLevel: (level: string) => void;
}) {
  return (
    <Card title="Levels" area="totals" loaded={stats}>
      {({ commits, byLevel, byReview }) => (
        <>
          <p class="total">
            <strong>{number(commits)}</strong> commits in {view.days} days
            {byReview.unreviewed !== undefined && `, ${number(byReview.unreviewed)} without a review`}
          </p>
          <ul class="levels">
            {levels.map((level) => (
              <li key={level}>
                <button
                  type="button"
                  class={`tile ${level}`}
                  aria-pressed={view.level === level}
                  onClick={() => onLevel(level)}
                >
                  <strong>{number(byLevel[level] ?? 0)}</strong> {level}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

const rankedMax = 8;

/** The most frequent names as bars; each is a filter. */
export function RankedCard({
  title,
  area,
  stats,
  counts,
  chosen,
  onChoose,
}: {
  title: string;
  area: string;
  stats: Loaded<Stats>;
  counts: (stats: Stats) => Record<string, number>;
  chosen: string;
  onChoose: (name: string) => void;
}) {
  return (
    <Card
      title={title}
      area={area}
      loaded={stats}
      empty={(value) => (Object.keys(counts(value)).length === 0 ? 'None in these days.' : undefined)}
    >
      {(value) => {
        const ranked = Object.entries(counts(value)).sort(([, a], [, b]) => b - a);
        const most = ranked[0]?.[1] ?? 1;
        return (
          <>
            <ul class="ranked">
              {ranked.slice(0, rankedMax).map(([name, count]) => (
                <li key={name}>
                  <button type="button" aria-pressed={chosen === name} onClick={() => onChoose(name)}>
                    <span class="name">
                      <Foreign>{name}</Foreign>
                    </span>
                    <span class="count">{number(count)}</span>
                    <meter min={0} max={most} value={count} aria-hidden="true" />
                  </button>
                </li>
              ))}
            </ul>
            {ranked.length > rankedMax && <p class="quiet">and {number(ranked.length - rankedMax)} more</p>}
          </>
        );
      }}
    </Card>
  );
}

export function CoverageCard({ coverage }: { coverage: Loaded<Coverage> }) {
  return (
    <Card
      title="Coverage"
      area="coverage"
      loaded={coverage}
      empty={({ items }) =>
        items.length === 0 ? 'No push was seen yet: commits came by the API alone.' : undefined
      }
    >
      {({ items, deliveries }) => {
        const open = items.reduce((sum, { gapsOpen }) => sum + gapsOpen, 0);
        return (
          <>
            <p>
              <strong>{open === 0 ? 'Every push was seen' : `${number(open)} open gaps`}</strong>
              {deliveries.failed > 0 && `, ${number(deliveries.failed)} deliveries failed`}
            </p>
            <ul class="plain">
              {[...items]
                .sort((a, b) => b.gapsOpen - a.gapsOpen)
                .slice(0, 8)
                .map(({ repository, ref, pushesSeen, gapsOpen, gapsFilled, lastPush }) => (
                  <li key={`${repository} ${ref}`}>
                    <Foreign>{repository}</Foreign> <Foreign>{ref.replace(/^refs\/heads\//, '')}</Foreign>
                    <div class="facts">
                      {number(pushesSeen)} pushes, {number(gapsOpen)} gaps open, {number(gapsFilled)} filled,
                      last {day(lastPush.at)}
                    </div>
                  </li>
                ))}
            </ul>
          </>
        );
      }}
    </Card>
  );
}

export function AuditCard({
  api,
  head,
  check,
}: {
  api: Api;
  head: Loaded<AuditHead | null>;
  check: DigestListing['auditCheck'];
}) {
  const [verdict, setVerdict] = useState('');
  const verify = async () => {
    setVerdict('Verifying…');
    try {
      const report = await api.get<Verification>('/audit/verify');
      const isBehind = report.notes.some(({ kind }) => kind === 'pending');
      setVerdict(
        report.valid
          ? `Valid: ${number(report.entries)} entries${isBehind ? '; the log is still catching up' : ''}.`
          : `NOT VALID: ${number(report.problemsFound)} problems. The first: ${report.problems[0]?.message ?? 'unknown'}`,
      );
    } catch (error) {
      setVerdict(error instanceof Failure ? error.message : 'It could not be verified.');
    }
  };
  return (
    <Card
      title="Audit log"
      area="audit"
      loaded={head}
      empty={(value) => (value === null ? 'The log has no entry yet.' : undefined)}
    >
      {(value) =>
        value && (
          <>
            <p>
              <strong>{number(value.sequence)}</strong> entries, the last {minute(value.updatedAt)}
            </p>
            <p class="facts">
              <code>{value.hash}</code>
            </p>
            {check && (
              <p>
                {check.valid
                  ? `Found whole by the app ${minute(check.checkedAt)}.`
                  : `NOT VALID: the app found ${number(check.problemsFound)} problems ${minute(check.checkedAt)}.`}
              </p>
            )}
            <p class="buttons">
              <button type="button" onClick={() => void verify()}>
                Verify now
              </button>
            </p>
            <p role="status" class={verdict.startsWith('NOT') ? 'failure' : undefined}>
              {verdict}
            </p>
          </>
        )
      }
    </Card>
  );
}

export function DigestsCard({
  digests,
  onOpen,
}: {
  digests: Loaded<Page<DigestListing>>;
  onOpen: (date: string) => void;
}) {
  return (
    <Card
      title="Digests"
      area="digests"
      loaded={digests}
      empty={({ items }) => (items.length === 0 ? 'None yet: one is made every morning.' : undefined)}
    >
      {({ items }) => (
        <ul class="plain">
          {items.map(({ digestDate, commits, highRiskTotal, channels }) => {
            const troubled = Object.entries(channels ?? {}).filter(([, { status }]) => status !== 'sent');
            return (
              <li key={digestDate}>
                <button type="button" class="link" onClick={() => onOpen(digestDate)}>
                  {digestDate}
                </button>{' '}
                <span class="facts">
                  {number(commits)} recorded, {number(highRiskTotal)} high
                  {troubled.map(([name, { status }]) => ` · ${name}: ${status}`).join('')}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
