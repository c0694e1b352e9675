import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type AuditableChange,
  type AuditEntry,
  type AuditHead,
  chainChanges,
  entriesPerBatchMax,
  exportLines,
  verifyExport,
} from '../src/lib/audit';
import { run as appendBesideStoring } from './auditAppend';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A day holds so many entries, about what a busy tenant records. */
const entriesPerDay = 10_000;

function* chain(count: number): Generator<AuditEntry | AuditHead> {
  let head: AuditHead | undefined;
  for (let from = 0; from < count; from += entriesPerDay) {
    const at = new Date(Date.UTC(2026, 0, 1) + (from / entriesPerDay) * 86_400_000);
    const end = Math.min(from + entriesPerDay, count);
    for (let first = from; first < end; first += entriesPerBatchMax) {
      const size = Math.min(entriesPerBatchMax, end - first);
      const changes = Array.from({ length: size }, (_, place) => changeOf(first + place, at));
      const batch = chainChanges(head, changes, at);
      yield* batch.entries;
      yield batch.head;
      head = batch.head;
    }
  }
}

function changeOf(number: number, at: Date): AuditableChange {
  const commitHash = sha256(`commit ${number}`).slice(0, 40);
  return {
    tenantId: 'tenant-001',
    subject: commitHash,
    commitHash,
    revision: 1,
    action: 'recorded',
    actor: 'github-webhook',
    at: at.toISOString(),
    contentHash: sha256(`content ${number}`),
  };
}

/** The plainest reader, Node's own, that hashes each line: what reading and SHA-256 alone cost on this machine. */
async function hashLines(file: string): Promise<number> {
  const startedAt = performance.now();
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    sha256(line);
  }
  return (performance.now() - startedAt) / 1000;
}

/** Chains, exports and verifies offline so many entries (default 1,000,000), then appends beside storing (default 5,000). */
export async function run([count = '1000000', appended = '5000']: string[]): Promise<void> {
  const entries = Number(count);
  const directory = mkdtempSync(join(tmpdir(), 'bench-audit-'));
  const file = join(directory, 'export.ndjson');
  try {
    const chainedAt = performance.now();
    const lines = exportLines(chain(entries), { exportedAt: new Date(Date.UTC(2027, 0, 1)) });
    await pipeline(Readable.from(lines), createWriteStream(file));
    const chainSeconds = (performance.now() - chainedAt) / 1000;
    globalThis.gc?.();

    let peakBytes = 0;
    const sampler = setInterval(() => {
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    }, 20);
    const verifiedAt = performance.now();
    const cpuAt = process.cpuUsage();
    const report = await verifyExport(createReadStream(file));
    const verifySeconds = (performance.now() - verifiedAt) / 1000;
    const cpu = process.cpuUsage(cpuAt);
    clearInterval(sampler);
    if (!report.valid) throw new Error(`not valid: ${JSON.stringify(report.problems[0])}`);
    const hashSeconds = await hashLines(file);

    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    process.stdout.write(
      [
        `entries                    ${report.entries} (${megabytes(statSync(file).size)} MB)`,
        `chain and export           ${chainSeconds.toFixed(1)} s, ${(entries / chainSeconds).toFixed(0)} entries a second`,
        `verify offline             ${verifySeconds.toFixed(1)} s, ${(entries / verifySeconds).toFixed(0)} entries a second`,
        `processor time for that    ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s`,
        `memory while verifying     ${megabytes(peakBytes)} MB resident at most`,
        `read and SHA-256 alone     ${hashSeconds.toFixed(1)} s: verifying takes ${(verifySeconds / hashSeconds).toFixed(1)} times as long`,
        '',
      ].join('\n'),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  await appendBesideStoring([appended]);
}
