import type { Api, Digest, DigestCommit } from './api';
import { Dialog } from './dialog';
import { useLoaded } from './loading';
import { Card, Foreign, minute, number, Risk, waiting } from './parts';

/** One digest as everybody got it, and what became of its messages. */
export function DigestView({
  api,
  date,
  onClose,
  onOpenCommit,
}: {
  api: Api;
  date: string;
  onClose: () => void;
  onOpenCommit: (commitHash: string) => void;
}) {
  const digest = useLoaded(() => api.get<Digest>(`/digests/${encodeURIComponent(date)}`), [date]);
  return (
    <Dialog label={`Digest of ${date}`} onClose={onClose}>
      <Card title={`Digest of ${date}`} area="digest" loaded={digest}>
        {(value) => (
          <>
            <p>
              {value.commits === 0
                ? 'A quiet day: nothing was recorded.'
                : `${number(value.commits)} recorded, ${number(value.highRiskTotal)} of them high or critical.`}
            </p>
            <Commits title="Recorded" commits={value.highRisk} onOpenCommit={onOpenCommit} />
            <Commits
              title={`Waiting for a review (${number(value.unreviewed?.total ?? 0)})`}
              commits={value.unreviewed?.commits ?? []}
              onOpenCommit={onOpenCommit}
              now={value.createdAt}
            />
            {(value.coverage?.openGaps ?? 0) > 0 && (
              <p>{number(value.coverage?.openGaps ?? 0)} gaps: pushes that never arrived.</p>
            )}
            <h3>Messages</h3>
            <ul>
              {Object.entries(value.channels ?? {}).map(([name, { kind, status, error }]) => (
                <li key={name}>
                  {name} ({kind}): {status}
                  {error !== undefined && `. ${error}`}
                </li>
              ))}
              {Object.keys(value.channels ?? {}).length === 0 && <li>No channel is set.</li>}
            </ul>
            <p class="facts">
              Made {minute(value.createdAt)}.{' '}
              {value.auditHead && (
                <>
                  Audit log: entry {number(value.auditHead.sequence)} of {value.auditHead.auditDate},{' '}
                  <code>{value.auditHead.hash}</code>
                </>
              )}
            </p>
          </>
        )}
      </Card>
    </Dialog>
  );
}

function Commits({
  title,
  commits,
  onOpenCommit,
  now,
}: {
  title: string;
  commits: DigestCommit[];
  onOpenCommit: (commitHash: string) => void;
  now?: string;
}) {
  if (commits.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="digest-commits">
        {commits.map((commit) => (
          <li key={commit.commitHash}>
            <Risk level={commit.riskLevel} score={commit.riskScore} />{' '}
            <button type="button" class="link" onClick={() => onOpenCommit(commit.commitHash)}>
              <Foreign>{commit.subject || commit.commitHash}</Foreign>
            </button>{' '}
            <span class="facts">
              <Foreign>{commit.author}</Foreign>
              {commit.repositories.slice(0, 2).map((name) => (
                <span key={name}>
                  {' '}
                  · <Foreign>{name}</Foreign>
                </span>
              ))}
              {now !== undefined &&
                commit.createdAt !== undefined &&
                ` · waits ${waiting(commit.createdAt, Date.parse(now))}`}
            </span>
            <ul class="factors">
              {commit.reasons.map((reason) => (
                <li key={reason}>
                  <Foreign>{reason}</Foreign>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}
