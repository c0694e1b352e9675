import { Command } from 'commander';
import * as z from 'zod';
import { issuesOf } from '../../src/lib/commit';
import { defaultRiskPolicy, mergeRiskPolicy, type RiskPolicy } from '../../src/lib/risk';
import { CliFailure } from '../failure';
import { parseInput, readInput } from '../input';
import { Output } from '../output';
import { describeEvaluation, evaluateRepository } from '../riskEvaluate';
import { type ProgressBar, startProgressBar } from '../terminal';
import { wholeNumber } from './arguments';
import { examples, flagsOf } from './globals';

interface Flags {
  repo: string;
  fixes: number;
  policy?: string;
}

export function riskCommand(): Command {
  const risk = new Command('risk')
    .summary('the risk score: evaluate')
    .description('The risk score, and how much it can be trusted.');
  risk.addCommand(evaluateCommand());
  return risk;
}

function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .summary('measure the score on the history of a repository')
    .description(
      'Find the fixes in a repository, blame them back to the commits that brought the fault in, and say how well the score would have ranked those. Needs git alone: nothing is sent, and the repository stays as it is.',
    )
    .option('--repo <path>', 'the repository, bare or not', '.')
    .option('--fixes <n>', 'trace the newest n fixes', wholeNumber(1, 1_000_000), 2000)
    .option(
      '--policy <file>',
      'what a tenant overrides, as in "risk" of its settings; "-" reads standard input',
    )
    .action(run);
  return examples(command, 'risk evaluate --repo ~/src/records', 'risk evaluate --policy risk.json --json');
}

async function run(_: unknown, command: Command): Promise<void> {
  const flags = flagsOf<Flags>(command);
  const output = new Output(flags.json === true);
  const policy = flags.policy === undefined ? defaultRiskPolicy : await readPolicy(flags.policy);
  let bar: ProgressBar | undefined;
  const evaluation = await evaluateRepository(flags.repo, {
    policy,
    fixesMax: flags.fixes,
    onProgress: (traced, fixes) => {
      bar ??= startProgressBar('fixes', fixes, 0, output.errorScreen);
      bar.update(traced);
    },
  }).finally(() => bar?.stop());
  if (output.json) return output.document(evaluation);
  output.line(describeEvaluation(evaluation, output.screen.width));
}

/** The default policy with the overrides of a file. @throws CliFailure that names every wrong place */
async function readPolicy(file: string): Promise<RiskPolicy> {
  const what = 'a risk policy, as in "risk" of a tenant\'s settings';
  const overrides = parseInput(await readInput(file, what), file, what);
  try {
    return mergeRiskPolicy(defaultRiskPolicy, overrides);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const places = issuesOf(error).map(({ path, message }) => `${path || 'the file'} ${message}`);
    throw new CliFailure('usage', places.join('; '), 'Mend the policy; docs/risk.md has every member.', {
      cause: error,
    });
  }
}
