import { createReadStream } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import {
  type AuditHead,
  parseWitness,
  type VerificationReport,
  verifyExport,
  type Witness,
} from '../../src/lib/audit';
import { CliFailure, exitCodes } from '../failure';
import { Output } from '../output';
import { clientOf } from '../settings';
import { paint, wrap } from '../terminal';
import { wholeNumber } from './arguments';
import { exportCommand } from './auditExport';
import { holdCommand } from './auditHold';
import { examples, flagsOf, prepare } from './globals';

export function auditCommand(): Command {
  const audit = new Command('audit')
    .summary('the tamper-evident log: head, verify, export, hold')
    .description('The tamper-evident log of every change.');
  for (const command of [headCommand(), verifyCommand(), exportCommand(), holdCommand()])
    audit.addCommand(command);
  return audit;
}

function headCommand(): Command {
  const command = new Command('head')
    .summary('print the head of the log')
    .description(
      'Print the head of the log: whoever keeps it can prove later that nothing before it was rewritten.',
    )
    .action(async (_: unknown, self: Command) => {
      const { output, connection } = await prepare(self);
      const head = await clientOf(connection).json<AuditHead>('/audit/head', {
        adviceIfMissing: 'It begins with the first commit: "gitops-healthcare backfill", or a push.',
      });
      if (output.json) return output.document(head);
      output.line(`${head.sequence}:${head.hash}`);
      output.note(`entry ${head.sequence} of ${head.auditDate}, written ${head.updatedAt}`);
    });
  return examples(command, 'audit head');
}

interface VerifyFlags {
  head?: Witness[];
  retentionDays?: number;
}

function verifyCommand(): Command {
  const command = new Command('verify')
    .summary('verify the log, or an export of it')
    .description(
      'Recompute the chain and say what is wrong. With FILE: an export, with no network and nothing of the app. Without: the app compares its store with its log too.',
    )
    .argument('[file]', 'an export (NDJSON); "-" reads standard input')
    .option('--head <head>', 'a head that was kept, HASH or NUMBER:HASH; may be repeated', witness, [])
    .option('--retention-days <n>', 'what is missing and older was deleted lawfully', wholeNumber(1, 24_855))
    .action(run);
  return examples(command, 'audit verify', 'audit verify export.ndjson --head "$(cat kept-head)"');
}

function witness(text: string, earlier: Witness[]): Witness[] {
  const parsed = parseWitness(text);
  if (!parsed) throw new InvalidArgumentError('A head is HASH or NUMBER:HASH, as "audit head" prints it.');
  return [...earlier, parsed];
}

async function run(file: string | undefined, _: unknown, command: Command): Promise<void> {
  const flags = flagsOf<VerifyFlags>(command);
  const report = file === undefined ? await verifyOnline(command) : await checkExport(file, flags);
  if (!report.valid) process.exitCode = exitCodes.foundWrong;
  const output = new Output(flags.json === true);
  if (output.json) return output.document(report);
  print(output, report);
}

async function verifyOnline(command: Command): Promise<VerificationReport> {
  const { flags, connection } = await prepare<VerifyFlags>(command);
  const { head: heads = [], retentionDays } = flags;
  if (retentionDays !== undefined || heads.length > 1) {
    throw new CliFailure('usage', '--retention-days and a second --head are for an export', 'Name its file.');
  }
  const [head] = heads.map(({ sequence, hash }) => (sequence === undefined ? hash : `${sequence}:${hash}`));
  return clientOf(connection).json<VerificationReport>('/audit/verify', { query: { head } });
}

const problemsShownMax = 20;

/** Reads the export as it comes: memory stays the same however long it is. */
async function checkExport(file: string, flags: VerifyFlags): Promise<VerificationReport> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    return await verifyExport(input, {
      trustedHeads: flags.head ?? [],
      ...(flags.retentionDays === undefined ? {} : { retentionDays: flags.retentionDays, now: new Date() }),
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CliFailure('usage', `cannot read ${file}: ${code}`, 'Give the file of an export.', {
      cause: error,
    });
  }
}

function print(output: Output, report: VerificationReport): void {
  const { colour, width } = output.screen;
  const { valid, entries, head, problems, problemsFound, notes } = report;
  const end = head ? `, head ${head.sequence}:${head.hash}` : '';
  if (valid) output.line(`${paint('valid', 'green', colour)}: ${entries} entries${end}`);
  else {
    output.line(`${paint('NOT VALID', 'red', colour)}: ${problemsFound} wrong in ${entries} entries`);
    const shown = problems.slice(0, problemsShownMax);
    for (const { kind, message } of shown) {
      const rest = wrap(message, width, ' '.repeat(15)).trimStart();
      output.line(`${paint(kind.padEnd(13), 'red', colour)}  ${rest}`);
    }
    if (problemsFound > shown.length)
      output.note(`The first ${shown.length} of ${problemsFound}; --json lists more.`);
  }
  for (const { message } of notes) output.note(`note: ${message}`);
}
