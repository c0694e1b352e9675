import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { type VerificationReport, verifyExport } from '../../src/lib/audit';
import { CliFailure, exitCodes } from '../failure';
import { clientOf } from '../settings';
import { day } from './arguments';
import { mediaTypes, streamAnswer } from './formats';
import { examples, prepare } from './globals';

const path = '/audit/export';

interface Flags {
  since?: string;
  until?: string;
  output?: string;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .summary('save the log as a file that anybody can verify')
    .description(
      'Export the log as NDJSON with a manifest, for an auditor or for storage that is written once. Who exports is noted in the log.',
    )
    .option('--since <day>', 'from this UTC day on', day)
    .option('--until <day>', 'up to this UTC day', day)
    .option('--output <file>', 'save it there once it is whole and verified; never over a file that is there')
    .action(run);
  return examples(
    command,
    'audit export --output audit.ndjson',
    'audit export --since 2025-01-01 --until 2025-03-31 --output audit-2025-q1.ndjson',
  );
}

async function run(_: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<Flags>(command);
  const { since: startDate, until: endDate, output: file } = flags;
  const client = clientOf(connection);
  const days = { startDate, endDate };
  if (file === undefined) return whole(streamAnswer(output, client, path, mediaTypes.ndjson, days));
  if (existsSync(file)) throw new CliFailure('usage', `${file} is there already`, 'Give another --output.');
  const { body } = await client.request(path, { accept: mediaTypes.ndjson, query: days });
  const report = await save(body ?? [], file);
  if (!report.valid) process.exitCode = exitCodes.foundWrong;
  if (output.json) return output.document({ file, ...report });
  const { valid, entries, head } = report;
  output.line(`${file}: ${entries} entries${head ? `, head ${head.sequence}:${head.hash}` : ''}`);
  if (!valid) output.note(`It does not verify; what is wrong: gitops-healthcare audit verify ${file}`);
}

/** Writes beside the file and verifies; the file has its name only once it is whole. */
async function save(body: AsyncIterable<Uint8Array> | [], file: string): Promise<VerificationReport> {
  const part = `${file}.part`;
  try {
    await whole(pipeline(body, createWriteStream(part)));
    const report = await verifyExport(createReadStream(part));
    // Unlike a rename, a link never takes the place of a file that came meanwhile.
    await link(part, file);
    return report;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CliFailure || code === undefined) throw error;
    throw new CliFailure('usage', `cannot write ${file}: ${code}`, 'Give a file in a folder that is there.', {
      cause: error,
    });
  } finally {
    await rm(part, { force: true });
  }
}

/** The app cuts the connection where it cannot end an export: what came is not one. */
async function whole(transfer: Promise<void>): Promise<void> {
  try {
    await transfer;
  } catch (error) {
    if (error instanceof CliFailure || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new CliFailure(
      'unreachable',
      'the export broke off before its manifest',
      'Run the command again.',
      {
        cause: error,
      },
    );
  }
}
