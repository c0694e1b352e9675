import { createHash, type Hash } from 'node:crypto';
import * as z from 'zod';
import { type AuditEntry, type AuditHead, formatVersion } from './format';
import { canonicalJson, hashManifest, withoutSystemFields } from './hash';
import { isHead } from './seen';

/** The id of the last line of an export. */
export const manifestId = 'manifest';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The last line of an export: what the lines before it hold. `linesHash` is the SHA-256 of their bytes, line feeds
 * included; `manifestHash` is `hashManifest` of all the rest. An export in parts has one at the end of each part.
 */
export const AuditManifest = z.object({
  id: z.literal(manifestId),
  tenantId: z.string().nullable(),
  formatVersion: z.int().min(1),
  exportedAt: z.iso.datetime({ precision: 3 }),
  /** The first day that was asked for; null for all that is kept. */
  startDate: z.iso.date().nullable(),
  endDate: z.iso.date().nullable(),
  /** Which risk policy the tenant had then; null where the exporter did not say. */
  policyVersion: z.string().nullable(),
  entries: z.int().min(0),
  heads: z.int().min(0),
  firstSequence: z.int().nullable(),
  lastSequence: z.int().nullable(),
  firstHash: Sha256.nullable(),
  lastHash: Sha256.nullable(),
  linesHash: Sha256,
  manifestHash: Sha256,
});
export type AuditManifest = z.infer<typeof AuditManifest>;

export interface ExportOptions {
  exportedAt: Date;
  startDate?: string;
  endDate?: string;
  policyVersion?: string;
}

/** Counts what lines hold, as an exporter or as a checker goes along. */
export class ExportTally {
  private readonly lines: Hash = createHash('sha256');
  /** Not hashed yet: few large updates cost much less than many small ones. */
  private pending = '';
  private readonly totals: Pick<
    AuditManifest,
    'tenantId' | 'entries' | 'heads' | 'firstSequence' | 'lastSequence' | 'firstHash' | 'lastHash'
  > = {
    tenantId: null,
    entries: 0,
    heads: 0,
    firstSequence: null,
    lastSequence: null,
    firstHash: null,
    lastHash: null,
  };

  /** `line` is without its line feed. */
  add(line: string, item: unknown): void {
    this.pending += `${line}\n`;
    if (this.pending.length > 65_536) this.flush();
    const { totals } = this;
    if (isHead(item)) {
      totals.heads += 1;
      return;
    }
    totals.entries += 1;
    if (typeof item !== 'object' || item === null) return;
    const { tenantId, sequence, hash } = item as Partial<AuditEntry>;
    totals.tenantId ??= tenantId ?? null;
    totals.firstSequence ??= sequence ?? null;
    totals.firstHash ??= hash ?? null;
    totals.lastSequence = sequence ?? null;
    totals.lastHash = hash ?? null;
  }

  manifest({ exportedAt, startDate, endDate, policyVersion }: ExportOptions): AuditManifest {
    const manifest = {
      id: manifestId,
      formatVersion,
      exportedAt: exportedAt.toISOString(),
      startDate: startDate ?? null,
      endDate: endDate ?? null,
      policyVersion: policyVersion ?? null,
      ...this.claims(),
    } as const;
    return { ...manifest, manifestHash: hashManifest(manifest) };
  }

  /** What a manifest must say of the lines so far. */
  claims() {
    this.flush();
    return { ...this.totals, linesHash: this.lines.copy().digest('hex') };
  }

  private flush(): void {
    this.lines.update(this.pending);
    this.pending = '';
  }
}

/**
 * The lines of an export, each with its line feed: every item in its canonical form without Cosmos DB's fields, in
 * the order that `ChainVerifier` asks for, and the manifest last. A long range is exported in parts of whole days,
 * each an export of its own; after a break only the last part is asked for again.
 */
export async function* exportLines(
  items: AsyncIterable<AuditEntry | AuditHead> | Iterable<AuditEntry | AuditHead>,
  options: ExportOptions,
): AsyncGenerator<string> {
  const tally = new ExportTally();
  for await (const item of items) {
    const line = canonicalJson(withoutSystemFields(item));
    tally.add(line, item);
    yield `${line}\n`;
  }
  yield `${canonicalJson(tally.manifest(options))}\n`;
}
