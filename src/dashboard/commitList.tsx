import { useState } from 'preact/hooks';
import type { Api, Commit } from './api';
import { day, Foreign, firstLine, Risk, waiting } from './parts';
import { ReviewForm } from './reviewForm';

/** Commits one below the other; arrow keys or j and k move, Enter opens, r reviews in place. */
export function CommitList({
  api,
  commits,
  hrefOf,
  onOpen,
  onReviewed,
}: {
  api: Api;
  commits: readonly Commit[];
  hrefOf: (commitHash: string) => string;
  onOpen: (commitHash: string) => void;
  onReviewed: (commit: Commit) => void;
}) {
  const [reviewing, setReviewing] = useState('');
  const focus = (list: HTMLElement, commitHash: string) =>
    list.querySelector<HTMLElement>(`[data-commit="${commitHash}"] .open`)?.focus();
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const target = event.target as HTMLElement;
    if (!target.classList.contains('open') || event.ctrlKey || event.metaKey || event.altKey) return;
    const hash = target.closest<HTMLElement>('[data-commit]')?.dataset.commit ?? '';
    const index = commits.findIndex(({ commitHash }) => commitHash === hash);
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step !== undefined) {
      const next = commits[index + step];
      if (next) focus(event.currentTarget, next.commitHash);
      event.preventDefault();
    } else if (event.key === 'r') {
      setReviewing(hash);
      event.preventDefault();
    }
  };
  return (
    <ol class="commits" onKeyDown={move}>
      {commits.map((commit) => {
        const { commitHash, riskFactors, review } = commit;
        const strongest = [...riskFactors].sort((a, b) => b.contribution - a.contribution).slice(0, 3);
        return (
          <li key={commitHash} data-commit={commitHash}>
            <div class="row">
              <Risk level={commit.riskLevel} score={commit.riskScore} />
              <div class="what">
                <a
                  class="open"
                  href={hrefOf(commitHash)}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                    event.preventDefault();
                    onOpen(commitHash);
                  }}
                >
                  <Foreign>{firstLine(commit.message)}</Foreign>
                </a>
                <p class="facts">
                  <code>{commitHash.slice(0, 10)}</code> · {day(commit.timestamp)} ·{' '}
                  <Foreign>{commit.author}</Foreign>
                  {commit.repositories.slice(0, 2).map((name) => (
                    <span key={name}>
                      {' '}
                      · <Foreign>{name}</Foreign>
                    </span>
                  ))}
                  {commit.compliance.length > 0 && ` · ${commit.compliance.slice(0, 6).join(', ')}`}
                </p>
                {strongest.length > 0 && (
                  <ul class="factors">
                    {strongest.map((factor) => (
                      <li key={factor.id}>
                        <Foreign>{factor.description}</Foreign>
                      </li>
                    ))}
                  </ul>
                )}
              </div>
              <div class="state">
                <span class={review ? 'done' : 'open-review'}>
                  {review ? review.status : `waits ${waiting(commit.createdAt)}`}
                </span>
                <button
                  type="button"
                  aria-expanded={reviewing === commitHash}
                  aria-label={`Review ${commitHash.slice(0, 10)}`}
                  onClick={() => setReviewing(reviewing === commitHash ? '' : commitHash)}
                >
                  Review
                </button>
              </div>
            </div>
            {reviewing === commitHash && (
              <ReviewForm
                api={api}
                commit={commit}
                onCancel={() => setReviewing('')}
                onSaved={(saved) => {
                  setReviewing('');
                  onReviewed(saved);
                  const list = document.querySelector<HTMLElement>('.commits');
                  if (list) focus(list, commitHash);
                }}
              />
            )}
          </li>
        );
      })}
    </ol>
  );
}
