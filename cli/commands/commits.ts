import { Command, Option } from 'commander';
import { utcDate } from '../../src/lib/commit';
import type { ApiClient, RequestOptions } from '../client';
import { commitColumns, type ListedCommit } from '../commitTable';
import { clientOf } from '../settings';
import { day, instant, share, wholeNumber } from './arguments';
import { mediaTypes, streamAnswer } from './formats';
import { examples, prepare } from './globals';
import { years } from './years';

interface Flags {
  since?: string;
  until?: string;
  repository?: string;
  author?: string;
  minRisk?: number;
  level?: string;
  compliance?: string;
  review?: string;
  updatedSince?: string;
  limit: number;
  format?: 'csv' | 'ndjson';
  all?: boolean;
}

interface Page {
  items: ListedCommit[];
  nextCursor: string | null;
}

const pageMax = 500;

export function commitsCommand(): Command {
  const command = new Command('commits')
    .summary('list commits, newest first')
    .description('List commits, newest first. Without days: those of the last 30.')
    .option('--since <day>', 'from this UTC day on', day)
    .option('--until <day>', 'up to this UTC day', day)
    .option('--updated-since <instant>', 'whose record changed since', instant)
    .option('--repository <name>', 'of one repository')
    .option('--author <address>', 'of one author')
    .option('--min-risk <score>', 'with at least this score', share)
    .addOption(
      new Option('--level <level>', 'of one risk level').choices([
        'low',
        'medium',
        'high',
        'critical',
        'unscored',
      ]),
    )
    .option('--compliance <framework>', 'that touch one framework, HIPAA for instance')
    .addOption(
      new Option('--review <status>', 'by their review').choices([
        'unreviewed',
        'approved',
        'rejected',
        'acknowledged',
        'false-positive',
      ]),
    )
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .option('--all', 'all there are; with --json one commit a line')
    .addOption(new Option('--format <type>', 'all there are, for other programs').choices(['csv', 'ndjson']))
    .action(run);
  return examples(
    command,
    'commits --level critical --review unreviewed',
    'commits --since 2025-01-01 --until 2025-12-31 --all --json',
  );
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const client = clientOf(connection);
  if (flags.format) {
    let headed = true;
    for (const query of queriesOf(flags)) {
      await streamAnswer(output, client, '/commits', mediaTypes[flags.format], { query }, headed);
      headed = flags.format !== 'csv';
    }
    return;
  }
  if (flags.all && flags.json) {
    for await (const { items } of pages(client, flags, pageMax)) {
      for (const item of items) output.record(item);
    }
    return;
  }
  const limit = flags.all ? Number.POSITIVE_INFINITY : flags.limit;
  const items: ListedCommit[] = [];
  let nextCursor: string | null = null;
  let hasMore = false;
  for await (const page of pages(client, flags, Math.min(limit, pageMax))) {
    const room = limit - items.length;
    items.push(...page.items.slice(0, room));
    nextCursor = page.nextCursor;
    hasMore = nextCursor !== null || page.items.length > room;
    if (items.length >= limit && hasMore) break;
  }
  if (output.json) return output.document({ items, nextCursor, hasMore });
  if (items.length === 0) {
    return output.note(
      flags.since ? 'No commits match.' : 'No commits of the last 30 days match; --since goes further back.',
    );
  }
  output.table(commitColumns, items);
  if (hasMore) output.note(`The first ${items.length}; there are more: --limit or --all.`);
}

async function* pages(client: ApiClient, flags: Flags, size: number): AsyncGenerator<Page> {
  for (const query of queriesOf(flags)) {
    let cursor: string | null | undefined;
    do {
      const page: Page = await client.json<Page>('/commits', {
        query: { ...query, limit: size, cursor: cursor ?? undefined },
      });
      yield page;
      cursor = page.nextCursor;
    } while (cursor);
  }
}

/** One query, or one a year: without a filter the API takes no longer range. */
function* queriesOf(flags: Flags): Generator<NonNullable<RequestOptions['query']>> {
  const { since, until, repository, author, minRisk, level, compliance, review, updatedSince } = flags;
  const filters = { repository, author, minRisk, level, compliance, review, updatedSince };
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  if (isFiltered || since === undefined) {
    yield { startDate: since, endDate: until, ...filters };
    return;
  }
  const end = until ?? utcDate(new Date().toISOString());
  // A range that runs backwards is the API's to refuse.
  if (since > end) yield { startDate: since, endDate: until };
  for (const year of years({ since, until: end })) yield { startDate: year.since, endDate: year.until };
}
