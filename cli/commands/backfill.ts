import { join } from 'node:path';
import { Command } from 'commander';
import { backfill } from '../backfill';
import { exitCodes } from '../failure';
import { clip, formatSeconds, type ProgressBar, startProgressBar } from '../terminal';
import { wholeNumber } from './arguments';
import { examples, prepare } from './globals';

interface Flags {
  repo: string;
  since?: string;
  branch?: string;
  as?: string;
  lines: boolean;
  restart?: boolean;
  batchSize?: number;
  parallel?: number;
  state?: string;
}

const failuresShownMax = 5;

export function backfillCommand(): Command {
  const command = new Command('backfill')
    .summary('send the history of a git repository')
    .description(
      'Send the history of a git repository, oldest commit first. Goes on where an earlier run stopped; commits that are stored already stay as they are.',
    )
    .option('--repo <path>', 'the repository, bare or not', '.')
    .option('--since <date>', 'only commits from a day, instant or span on')
    .option('--branch <name>', 'another branch than the one checked out')
    .option('--as <name>', 'file the commits under this name (default: owner/name of the remote)')
    .option('--no-lines', 'leave file contents unread: no line counts')
    .option('--restart', 'forget what was sent before')
    .option('--batch-size <n>', 'commits a request (default: 500)', wholeNumber(1, 500))
    .option('--parallel <n>', 'requests at once (default: 3)', wholeNumber(1, 16))
    .option('--state <file>', 'where progress is kept')
    .action(run);
  return examples(
    command,
    'backfill --repo ~/src/records',
    'backfill --since "6 months ago" --as clinic/records',
  );
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    output.note('\nStopping: waiting for what is on its way (Ctrl-C again: at once).');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);

  let bar: ProgressBar | undefined;
  const summary = await backfill({
    repositoryPath: flags.repo,
    apiUrl: connection.apiUrl,
    tenantId: connection.tenantId,
    token: connection.token,
    stateFile:
      flags.state ?? (connection.stack ? join(connection.dataDirectory, 'backfill.json') : undefined),
    repositoryName: flags.as,
    since: flags.since,
    branch: flags.branch,
    batchSize: flags.batchSize,
    parallel: flags.parallel,
    restart: flags.restart,
    lineCounts: flags.lines ? undefined : false,
    signal: stop.signal,
    onStart: (start) => {
      if (start.isShallow)
        output.note(
          'This is a shallow clone: its older commits are not here and stay out (git fetch --unshallow).',
        );
      if (start.isPartial)
        output.note('This is a partial clone without file contents: line counts are left out.');
      if (start.resumedAt > 0) output.note(`Going on after ${start.resumedAt} of ${start.total} commits.`);
      if (start.total > start.resumedAt && !output.json) {
        bar = startProgressBar(
          clip(start.repository, 30, 'end'),
          start.total,
          start.resumedAt,
          output.errorScreen,
        );
      }
    },
    onProgress: ({ sent }) => bar?.update(sent),
  }).finally(() => {
    bar?.stop();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  });

  if (summary.interrupted) process.exitCode = 130;
  else if (summary.failed > 0) process.exitCode = exitCodes.foundWrong;
  if (output.json) return output.document(summary);

  const seconds = summary.durationMs / 1000;
  const sentNow = summary.sent - summary.resumedAt;
  output.facts([
    ['repository', summary.repository],
    ['branch', summary.branch],
    ['tenant', connection.tenantId],
    [
      'commits sent',
      sentNow === summary.total ? sentNow : `${sentNow} (${summary.sent} of ${summary.total})`,
    ],
    ['stored', summary.stored],
    ['updated', summary.updated],
    ['unchanged', summary.unchanged],
    ['failed', summary.failed],
    [
      'time',
      sentNow > 0
        ? `${formatSeconds(seconds)}, ${Math.round(sentNow / seconds)} commits a second`
        : undefined,
    ],
  ]);
  for (const { commitHash, reason } of summary.failures.slice(0, failuresShownMax)) {
    output.note(`${commitHash.slice(0, 12)} was refused: ${reason}`);
  }
  for (const commitHash of summary.cut) {
    output.note(`${commitHash.slice(0, 12)} is larger than the API takes: only its beginning was sent.`);
  }
  if (summary.total === 0) output.note('Nothing to send: no commits, or all of them were sent before.');
  if (summary.interrupted) output.note('Stopped. The same command goes on from here.');
}
