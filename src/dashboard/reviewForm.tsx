import { useEffect, useRef, useState } from 'preact/hooks';
import { type Api, type Commit, Failure } from './api';

export const reviewStatuses = ['approved', 'acknowledged', 'rejected', 'false-positive'] as const;

/** Says what a person thinks of a commit, and saves it where it stands. */
export function ReviewForm({
  api,
  commit,
  onSaved,
  onCancel,
}: {
  api: Api;
  commit: Commit;
  onSaved: (commit: Commit) => void;
  onCancel?: () => void;
}) {
  const [status, setStatus] = useState<string>(commit.review?.status ?? '');
  const [note, setNote] = useState(commit.review?.note ?? '');
  const [current, setCurrent] = useState(commit);
  const [failure, setFailure] = useState('');
  const [isSaving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (onCancel) form.current?.querySelector('input')?.focus();
  }, []);
  const save = async (event: Event) => {
    event.preventDefault();
    if (status === '') {
      setFailure('Choose one of the four.');
      return;
    }
    setSaving(true);
    setFailure('');
    try {
      onSaved(await api.review(current, { status, ...(note !== '' && { note }) }));
    } catch (error) {
      const told = error instanceof Failure ? error : new Failure('It could not be saved.', 0);
      setFailure(told.message);
      if (told.status === 412) setCurrent(await api.get<Commit>(`/commits/${commit.commitHash}`));
    } finally {
      setSaving(false);
    }
  };
  const name = `review-${commit.commitHash}`;
  return (
    <form
      ref={form}
      class="review"
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !onCancel) return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <fieldset>
        <legend>Review of {commit.commitHash.slice(0, 10)}</legend>
        {reviewStatuses.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={name}
              value={choice}
              checked={status === choice}
              onChange={() => setStatus(choice)}
            />{' '}
            {choice}
          </label>
        ))}
      </fieldset>
      <label>
        Note
        <textarea
          rows={2}
          maxLength={4_000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {failure !== '' && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <p class="buttons">
        <button type="submit" class="primary" disabled={isSaving}>
          {isSaving ? 'Saving…' : 'Save review'}
        </button>
        {onCancel && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </p>
    </form>
  );
}
