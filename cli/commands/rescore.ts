import { Command } from 'commander';
import { ApiClient } from '../client';
import { CliFailure, exitCodes } from '../failure';
import { parseInput, readInput } from '../input';
import { describeRescore, RescoreSummary, rescoredPages } from '../rescore';
import { wholeNumber } from './arguments';
import { examples, prepare } from './globals';

interface Flags {
  dryRun?: boolean;
  policy?: string;
  show: number;
}

export function rescoreCommand(): Command {
  const command = new Command('rescore')
    .summary('score the stored commits anew, or say what would change')
    .description(
      'Score every stored commit anew, by the risk policy of the settings and the model of the app as they are now. What comes out differently is recorded as amended; what a caller scored itself keeps that score. It may be run again at any time, and goes on where it was stopped.',
    )
    .option('--dry-run', 'only say what would change')
    .option(
      '--policy <file>',
      'try what a tenant would override, as in "risk" of its settings; "-" reads standard input',
    )
    .option('--show <n>', 'the largest n changes', wholeNumber(0, 1_000), 10)
    .action(run);
  return examples(command, 'rescore --dry-run --policy risk.json', 'rescore --dry-run --json', 'rescore');
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const dryRun = flags.dryRun === true;
  if (flags.policy !== undefined && !dryRun) {
    throw new CliFailure(
      'usage',
      'a policy from a file is for a dry run',
      'Stored commits are scored by the settings: put it into "risk" there (tenant set), then run rescore.',
    );
  }
  const risk = flags.policy === undefined ? undefined : await readPolicy(flags.policy);
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    output.note('\nStopping: waiting for what is on its way (Ctrl-C again: at once).');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);

  const client = new ApiClient({ ...connection, signal: stop.signal });
  const summary = new RescoreSummary(flags.show);
  let toldMs = performance.now();
  for await (const page of rescoredPages(client, { dryRun, risk })) {
    summary.add(page);
    if (output.json) for (const result of page.results) output.record(result);
    if (stop.signal.aborted) break;
    if (performance.now() - toldMs > tellEveryMs) {
      toldMs = performance.now();
      output.note(`${summary.commits} commits so far, ${summary.changed} of them different`);
    }
  }
  process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);

  if (stop.signal.aborted) process.exitCode = 130;
  else if (summary.failed > 0) process.exitCode = exitCodes.foundWrong;
  if (output.json)
    output.record({ summary: { ...summary.totals, dryRun, interrupted: stop.signal.aborted } });
  else output.line(describeRescore(summary, dryRun, output.screen));
  if (stop.signal.aborted) output.note('Stopped. The same command goes on from here.');
}

const tellEveryMs = 5_000;

async function readPolicy(file: string): Promise<unknown> {
  const what = 'a risk policy, as in "risk" of a tenant\'s settings';
  return parseInput(await readInput(file, what), file, what);
}
