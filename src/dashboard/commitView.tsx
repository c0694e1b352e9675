import type { Api, AuditEntry, Commit, Page } from './api';
import { Dialog } from './dialog';
import { useLoaded } from './loading';
import { Card, Foreign, firstLine, minute, number, Risk } from './parts';
import { ReviewForm } from './reviewForm';
import { visible } from './visible';

const filesShownMax = 500;

/** All that is known of one commit. */
export function CommitView({
  api,
  commitHash,
  onClose,
  onReviewed,
}: {
  api: Api;
  commitHash: string;
  onClose: () => void;
  onReviewed: (commit: Commit) => void;
}) {
  const commit = useLoaded(() => api.get<Commit>(`/commits/${encodeURIComponent(commitHash)}`), [commitHash]);
  const audit = useLoaded(
    () => api.get<Page<AuditEntry>>('/audit', { commitHash, limit: 100 }),
    [commitHash, commit.value?._etag],
  );
  return (
    <Dialog label={`Commit ${commitHash.slice(0, 10)}`} onClose={onClose}>
      <Card title={`Commit ${commitHash.slice(0, 10)}`} area="commit" loaded={commit}>
        {(value) => (
          <>
            <p class="subject">
              <Risk level={value.riskLevel} score={value.riskScore} />{' '}
              <Foreign>{firstLine(value.message)}</Foreign>
            </p>
            <dl class="known">
              <dt>Hash</dt>
              <dd>
                <code>{value.commitHash}</code>
              </dd>
              <dt>Author</dt>
              <dd>
                <Foreign>{value.author}</Foreign>
              </dd>
              <dt>Made</dt>
              <dd>{minute(value.timestamp)}, by the author's clock</dd>
              <dt>First seen</dt>
              <dd>{minute(value.createdAt)}</dd>
              <dt>Where</dt>
              <dd>
                <Foreign>{[...value.repositories, ...value.branches].join(', ') || 'not told'}</Foreign>
              </dd>
              <dt>Frameworks</dt>
              <dd>{value.compliance.join(', ') || 'none'}</dd>
              <dt>Score from</dt>
              <dd>
                {value.riskSource === 'client'
                  ? `the sender; ours is ${value.modelRiskScore?.toFixed(2) ?? 'not known'}`
                  : (value.unscoredReason ?? 'our model')}
              </dd>
            </dl>
            <details>
              <summary>Whole message</summary>
              <pre dir="auto">{visible(value.message.slice(0, 20_000))}</pre>
            </details>
            <h3>Factors</h3>
            {value.riskFactors.length === 0 ? (
              <p class="quiet">None.</p>
            ) : (
              <ul class="factor-list">
                {[...value.riskFactors]
                  .sort((a, b) => b.contribution - a.contribution)
                  .map((factor) => (
                    <li key={factor.id}>
                      <span class="contribution">+{factor.contribution.toFixed(2)}</span>{' '}
                      <Foreign>{factor.description}</Foreign> <span class="facts">({factor.half})</span>
                      {factor.evidence.slice(0, 5).map((evidence) => (
                        <div key={evidence} class="facts">
                          <Foreign>{evidence.slice(0, 300)}</Foreign>
                        </div>
                      ))}
                    </li>
                  ))}
              </ul>
            )}
            <h3>Review</h3>
            {value.review && (
              <p>
                {value.review.status} by <Foreign>{value.review.reviewer}</Foreign>, {minute(value.review.at)}
                {value.review.note && (
                  <>
                    : <Foreign>{value.review.note}</Foreign>
                  </>
                )}
              </p>
            )}
            <ReviewForm
              key={value._etag}
              api={api}
              commit={value}
              onSaved={(saved) => {
                commit.set({ ...saved, filesChanged: value.filesChanged });
                onReviewed(saved);
              }}
            />
            <h3>
              Files ({number(value.filesChangedCount)}
              {value.linesAdded !== undefined &&
                `, +${number(value.linesAdded)} −${number(value.linesDeleted ?? 0)} lines`}
              )
            </h3>
            <ul class="files">
              {value.filesChanged.slice(0, filesShownMax).map((path) => (
                <li key={path}>
                  <Foreign>{path}</Foreign>
                </li>
              ))}
            </ul>
            {value.filesChangedCount > filesShownMax && (
              <p class="quiet">and {number(value.filesChangedCount - filesShownMax)} more.</p>
            )}
            <h3>Changes of the record</h3>
            <ol class="changes">
              {value.changes.map((change) => (
                <li key={change.revision}>
                  {minute(change.at)}: {change.action} by <Foreign>{change.actor}</Foreign>
                </li>
              ))}
            </ol>
          </>
        )}
      </Card>
      <Card
        title="Audit entries"
        area="entries"
        loaded={audit}
        empty={({ items }) =>
          items.length === 0 ? 'The log is a second or two behind: no entry yet.' : undefined
        }
        aside={
          <button type="button" onClick={audit.reload}>
            Read again
          </button>
        }
      >
        {({ items }) => (
          <ol class="changes">
            {items.map((entry) => (
              <li key={entry.sequence}>
                <strong>{number(entry.sequence)}</strong> {entry.action} by <Foreign>{entry.actor}</Foreign>,{' '}
                {minute(entry.recordedAt)}
                <div class="facts">
                  <code>{entry.hash}</code>
                </div>
              </li>
            ))}
          </ol>
        )}
      </Card>
    </Dialog>
  );
}
