import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { auditCommand } from './commands/audit';
import { backfillCommand } from './commands/backfill';
import { commitsCommand } from './commands/commits';
import { completionCommand } from './commands/completion';
import { coverageCommand } from './commands/coverage';
import { deliveriesCommand } from './commands/deliveries';
import { digestCommand } from './commands/digest';
import { doctorCommand } from './commands/doctor';
import { emulatorCommand, runEmulator } from './commands/emulator';
import { highRiskCommand } from './commands/highRisk';
import { replayCommand } from './commands/replay';
import { rescoreCommand } from './commands/rescore';
import { reviewCommand } from './commands/review';
import { riskCommand } from './commands/risk';
import { showCommand } from './commands/show';
import { statsCommand } from './commands/stats';
import { tenantCommand } from './commands/tenant';
import { tokenCommand } from './commands/token';
import { webhookSecretCommand } from './commands/webhookSecret';
import { CliFailure, exitCodes } from './failure';
import { paint, plain, screenOf } from './terminal';

function program(): Command {
  const root = new Command('gitops-healthcare')
    .description('Risk, compliance and tamper-evident evidence for every git commit.')
    .version(version)
    .option('--api-url <url>', 'the app, ending in /api (GITOPS_API_URL; default: the local stack)')
    .option('--tenant <id>', "the tenant (COSMOS_TENANT_ID; default: the local stack's)")
    .option('--token <token>', "bearer token (GITOPS_TOKEN; default: the local stack's)")
    .option('--data <dir>', 'where the local stack keeps its data (default: .local)')
    .option('--json', 'for programs: one JSON document')
    .configureHelp({ helpWidth: Math.min(screenOf(process.stdout).width, 100), showGlobalOptions: true })
    .exitOverride()
    .showSuggestionAfterError();
  const commands = [
    backfillCommand(),
    commitsCommand(),
    highRiskCommand(),
    showCommand(),
    reviewCommand(),
    coverageCommand(),
    digestCommand(),
    statsCommand(),
    auditCommand(),
    riskCommand(),
    rescoreCommand(),
    deliveriesCommand(),
    replayCommand(),
    tenantCommand(),
    tokenCommand(),
    webhookSecretCommand(),
    doctorCommand(),
    completionCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  inheritSettings(root);
  // Flags of the program are none of the emulator's.
  return root.addCommand(emulatorCommand());
}

/** Help and error handling as the program has them, at every depth. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands as Command[]) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
  parent.configureOutput({
    outputError: (text, write) => write(saysWhatToDo.test(text) ? text : `${text}${adviceFor(parent)}`),
  });
}

/** A value that does not fit is refused with those that do, a name with the one that is like it. */
const saysWhatToDo = /is invalid|Did you mean/;

function adviceFor(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name());
  return `See "${names.join(' ')} --help".\n`;
}

async function main(): Promise<void> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    const [first, ...rest] = process.argv.slice(2);
    const isEmulator = first === 'emulator' && !rest.some((arg) => arg === '--help' || arg === '-h');
    if (isEmulator) process.exitCode = await runEmulator(rest);
    else
      await program().parseAsync(first === 'emulator' ? ['help', first] : process.argv.slice(2), {
        from: 'user',
      });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong on stderr, in a line or two, and gives the exit code. */
function report(error: unknown): number {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const screen = screenOf(process.stderr);
  const prefix = paint('error:', 'red', screen.colour);
  if (error instanceof CliFailure) {
    process.stderr.write(
      `${prefix} ${plain(error.message)}\n${error.advice ? `${plain(error.advice)}\n` : ''}`,
    );
    return error.exitCode;
  }
  process.stderr.write(
    `${prefix} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.foundWrong;
}

void main();
