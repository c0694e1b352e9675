import type { ComponentChildren } from 'preact';
import type { Level } from './api';
import type { Loaded } from './loading';
import { visible } from './visible';

export const levels: readonly Level[] = ['critical', 'high', 'medium', 'low', 'unscored'];

const numbers = new Intl.NumberFormat('en');
export const number = (value: number) => numbers.format(value);
export const day = (instant: string) => instant.slice(0, 10);
export const minute = (instant: string) => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
export const firstLine = (message: string) => {
  const line = message.split('\n', 1)[0]?.trim() ?? '';
  return line === '' ? '(no message)' : line.length > 300 ? `${line.slice(0, 299)}…` : line;
};

/** For how long something waits. */
export function waiting(since: string, now = Date.now()): string {
  const hours = Math.max(0, Math.floor((now - Date.parse(since)) / 3_600_000));
  if (hours === 0) return 'under an hour';
  if (hours < 24) return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
  const days = Math.floor(hours / 24);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

/** Text from outside: its direction is its own, and it never turns its neighbours'. */
export const Foreign = ({ children }: { children: string }) => <bdi class="foreign">{visible(children)}</bdi>;

export const Risk = ({ level, score }: { level: Level; score: number | undefined }) => (
  <span class={`risk ${level}`}>
    <span class="score">{score === undefined ? '–' : score.toFixed(2)}</span> {level}
  </span>
);

/** One part of the page with a place of its own, whatever it has to show: nothing moves when an answer comes. */
export function Card<T>({
  title,
  area,
  loaded,
  empty,
  children,
  aside,
}: {
  title: string;
  area: string;
  loaded: Loaded<T>;
  /** What to say where there is nothing; undefined where there is something. */
  empty?: (value: T) => string | undefined;
  children: (value: T) => ComponentChildren;
  aside?: ComponentChildren;
}) {
  const id = `card-${area}`;
  const { value, failure, isLoading, reload } = loaded;
  const nothing = value === undefined ? undefined : empty?.(value);
  return (
    <section class={`card ${area}`} aria-labelledby={id} aria-busy={isLoading}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {failure && (
        <p class="failure" role="alert">
          {failure.message}{' '}
          <button type="button" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {value === undefined ? (
        !failure && <p class="quiet">Loading…</p>
      ) : nothing === undefined ? (
        children(value)
      ) : (
        <p class="quiet">{nothing}</p>
      )}
    </section>
  );
}
