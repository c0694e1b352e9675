import { createReadStream } from 'node:fs';
import { appendFile, stat, truncate } from 'node:fs/promises';
import { type AuditManifest, canonicalJson, ExportTally, manifestId } from '../../src/lib/audit';
import { addDays } from '../../src/lib/commit';

/** What a broken export has, and what is left to ask for. */
export type BrokenExport =
  | { kind: 'nothing' }
  | { kind: 'other-tenant'; tenantId: string }
  /** All of it: only its name was missing. */
  | { kind: 'whole' }
  /** It ends with a manifest of the days before `startDate`. */
  | { kind: 'part'; startDate: string };

/**
 * Makes what a broken export left a part that is whole: cuts off the last day, of which entries may be missing, and what follows
 * it, and closes the days before with a manifest. Without a whole day, or without a file, there is nothing.
 */
export async function closeBrokenExport(
  file: string,
  asked: { tenantId: string; startDate: string | undefined; endDate: string | undefined },
): Promise<BrokenExport> {
  if (!(await stat(file).catch(() => undefined))) return { kind: 'nothing' };
  const { tenantId, closed, cutAt, lastDate } = await look(file);
  if (tenantId !== undefined && tenantId !== asked.tenantId) return { kind: 'other-tenant', tenantId };
  if (closed && closed.endDate === (asked.endDate ?? null) && cutAt === closed.end) return { kind: 'whole' };
  await truncate(file, cutAt);
  const startDate = closed?.endDate ? addDays(closed.endDate, 1) : asked.startDate;
  if (lastDate !== undefined) {
    const tally = new ExportTally();
    for await (const { text } of linesOf(file, closed?.end)) tally.add(text, itemOf(text));
    const manifest = tally.manifest({
      exportedAt: new Date(),
      ...(startDate !== undefined && { startDate }),
      endDate: lastDate,
    });
    await appendFile(file, `${canonicalJson(manifest)}\n`);
    return { kind: 'part', startDate: addDays(lastDate, 1) };
  }
  return closed && startDate !== undefined ? { kind: 'part', startDate } : { kind: 'nothing' };
}

interface Look {
  tenantId: string | undefined;
  /** The last manifest, and where its line ends. */
  closed: { endDate: string | null; end: number } | undefined;
  /** Where the last day begins that came after that manifest; else where the manifest ends. */
  cutAt: number;
  /** The last day before that. */
  lastDate: string | undefined;
}

async function look(file: string): Promise<Look> {
  const found: Look = { tenantId: undefined, closed: undefined, cutAt: 0, lastDate: undefined };
  let day: string | undefined;
  for await (const { text, start, end } of linesOf(file)) {
    const item = itemOf(text);
    if (!item) return found;
    found.tenantId ??= item.tenantId ?? undefined;
    if (item.id === manifestId) {
      found.closed = { endDate: item.endDate ?? null, end };
      found.cutAt = end;
      found.lastDate = day = undefined;
    } else if (item.auditDate !== day) {
      found.lastDate = day;
      found.cutAt = start;
      day = item.auditDate;
    }
  }
  return found;
}

/** Undefined for what is not a line of an export: nothing behind it counts. */
function itemOf(text: string): Partial<AuditManifest & { auditDate: string }> | undefined {
  try {
    const item = JSON.parse(text) as unknown;
    return typeof item === 'object' && item !== null ? item : undefined;
  } catch {
    return undefined;
  }
}

/** The whole lines of a file from a byte on, with the bytes that they begin and end at. */
async function* linesOf(
  file: string,
  from = 0,
): AsyncGenerator<{ text: string; start: number; end: number }> {
  let rest = Buffer.alloc(0);
  let start = from;
  for await (const chunk of createReadStream(file, { start: from })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let at = 0;
    for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, at)) {
      const end = start + feed + 1 - at;
      yield { text: bytes.toString('utf8', at, feed), start, end };
      start = end;
      at = feed + 1;
    }
    rest = bytes.subarray(at);
  }
}
