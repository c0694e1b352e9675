import { constants, createReadStream, existsSync } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';
import { Command } from 'commander';
import { type VerificationReport, verifyExport } from '../../src/lib/audit';
import { CliFailure, exitCodes } from '../failure';
import type { Output } from '../output';
import { clientOf } from '../settings';
import { day } from './arguments';
import { closeBrokenExport } from './brokenExport';
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
    .option(
      '--output <file>',
      'save it there once it is whole and verified; never over a file that is there; after a break it goes on',
    )
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
  if (file === undefined)
    return whole(streamAnswer(output, client, path, mediaTypes.ndjson, { query: days }));
  if (existsSync(file)) throw new CliFailure('usage', `${file} is there already`, 'Give another --output.');
  const report = await save(client, { tenantId: connection.tenantId, ...days }, file, output);
  if (!report.valid) process.exitCode = exitCodes.foundWrong;
  if (output.json) return output.document({ file, ...report });
  const { valid, entries, head } = report;
  output.line(`${file}: ${entries} entries${head ? `, head ${head.sequence}:${head.hash}` : ''}`);
  if (!valid) output.note(`It does not verify; what is wrong: gitops-healthcare audit verify ${file}`);
}

interface Asked {
  tenantId: string;
  startDate: string | undefined;
  endDate: string | undefined;
}

/**
 * Writes beside the file and verifies; the file has its name only once it is whole. What a broken run left there for the same
 * days is gone on from.
 */
async function save(
  client: ReturnType<typeof clientOf>,
  { tenantId, startDate, endDate }: Asked,
  file: string,
  output: Output,
): Promise<VerificationReport> {
  const part = [file, startDate && `from-${startDate}`, endDate && `to-${endDate}`, 'part']
    .filter(Boolean)
    .join('.');
  try {
    const left = await closeBrokenExport(part, { tenantId, startDate, endDate });
    if (left.kind === 'other-tenant')
      throw new CliFailure(
        'usage',
        `${part} is of tenant ${left.tenantId}`,
        'Take it away, or give another --output.',
      );
    if (left.kind === 'part') output.note(`Going on from ${left.startDate}: ${part} has the days before.`);
    if (left.kind !== 'whole') {
      const query = { startDate: left.kind === 'part' ? left.startDate : startDate, endDate };
      const { body } = await client.request(path, { accept: mediaTypes.ndjson, query });
      const flags = left.kind === 'part' ? 'a' : 'w';
      await whole(write(body ?? [], part, flags));
    }
    const report = await verifyExport(createReadStream(part));
    await giveName(part, file);
    return report;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CliFailure || code === undefined) throw error;
    throw new CliFailure('usage', `cannot write ${file}: ${code}`, 'Give a file in a folder that is there.', {
      cause: error,
    });
  }
}

/** All that came is in the file, also where the rest never comes. */
async function write(body: AsyncIterable<Uint8Array> | [], file: string, flags: string): Promise<void> {
  const handle = await open(file, flags);
  try {
    for await (const chunk of body) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}

/** What file systems without hard links (FAT, SMB) answer. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/** Unlike a rename, a link or an exclusive copy never takes the place of a file that came meanwhile. */
export async function giveName(part: string, file: string, makeLink = link): Promise<void> {
  await makeLink(part, file).catch((error: NodeJS.ErrnoException) => {
    if (!noLinks.has(error.code ?? '')) throw error;
    return copyFile(part, file, constants.COPYFILE_EXCL);
  });
  await rm(part);
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
      'Run the command again: with --output it goes on from the last whole day.',
      {
        cause: error,
      },
    );
  }
}
