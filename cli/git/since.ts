import { toInstant } from '../../src/lib/commit';
import { CliFailure } from '../failure';
import type { GitRepository } from './repository';
import { git } from './run';

/** Spans that git's approxidate reads as they are meant. */
const understood = /^\d+[ .](?:day|week|month|year)s?[ .]ago$|^yesterday$/i;

/**
 * A point in time as git understands it (`2025-01-31`, `2 weeks ago`), in seconds of the Unix epoch.
 * A bare day means its beginning in UTC (git by itself would take the present time of that day).
 * @throws CliFailure on anything else: git takes any word for "now"
 */
export async function resolveSince(repository: GitRepository, since: string): Promise<number> {
  const text = since.trim();
  const instant = toInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00Z` : text);
  if (instant !== undefined) return Date.parse(instant) / 1000;
  if (understood.test(text)) {
    const resolved = await git(repository.directory, ['rev-parse', `--since=${text}`]);
    const seconds = /^--max-age=(\d+)$/.exec(resolved.stdout)?.[1];
    if (seconds) return Number(seconds);
  }
  throw new CliFailure(
    'usage',
    `"${since}" is not a date`,
    'Give a day (2025-01-31), an instant (2025-01-31T08:00:00Z) or a span ("6 months ago").',
  );
}
