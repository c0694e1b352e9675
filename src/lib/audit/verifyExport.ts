import { readCommonLine } from './commonLine';
import { AuditManifest, ExportTally, manifestId } from './export';
import { canonicalJson, hashManifest } from './hash';
import type { AuditProblem, VerificationReport, VerifyOptions } from './report';
import { ChainVerifier } from './verifier';

export interface ExportReport extends VerificationReport {
  /** The manifest of each part, in order. */
  manifests: AuditManifest[];
}

/**
 * Checks an export, or its parts one after the other, with nothing but its bytes, in constant memory: the chain,
 * that every line is the canonical form of its item, and that each manifest says what its part holds. What lies
 * before the `startDate` of the first manifest is noted, not missed.
 */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: VerifyOptions = {},
): Promise<ExportReport> {
  const verifier = new ChainVerifier(options);
  const parts = new Parts();
  let number = 0;
  for await (const lines of linesOf(chunks)) {
    for (const line of lines) {
      number += 1;
      const entry = readCommonLine(line);
      if (entry) {
        parts.add(line, entry.item);
        verifier.addEntry(entry);
        continue;
      }
      const { item, fault } = parseLine(line);
      if (isManifest(item)) parts.close(item, fault);
      else {
        parts.add(line, item);
        verifier.add(item, fault && `line ${number} ${fault}`);
      }
    }
  }
  const report = verifier.finish(options.startDate ?? parts.manifests[0]?.startDate ?? undefined);
  return parts.complete(report);
}

/**
 * The whole lines that each chunk ends: a million steps of an async generator would cost more than the hashes. Split
 * at line feeds, and at nothing else: other line separators are ordinary text in JSON.
 */
async function* linesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

/** The manifests of an export, and what is wrong with them. */
class Parts {
  readonly manifests: AuditManifest[] = [];
  private readonly broken: AuditProblem[] = [];
  private readonly contradicted: AuditProblem[] = [];
  private tally = new ExportTally();
  private open = true;

  add(line: string, item: unknown): void {
    this.open = true;
    this.tally.add(line, item);
  }

  close(item: object, lineFault: string | undefined): void {
    const { data: manifest, error } = AuditManifest.safeParse(item);
    const part = this.manifests.length + this.broken.length + 1;
    const fault =
      lineFault ??
      (hashManifest(item) !== (item as AuditManifest).manifestHash ? 'has a wrong hash' : error?.message);
    if (manifest && fault === undefined) {
      this.manifests.push(manifest);
      this.compare(manifest, part);
    } else {
      this.broken.push({
        kind: 'altered',
        id: manifestId,
        message: `manifest ${part} was altered: it ${fault}`,
      });
    }
    this.tally = new ExportTally();
    this.open = false;
  }

  /** A manifest that says something else than its lines matters where the lines themselves seem right. */
  complete(report: VerificationReport): ExportReport {
    const end: AuditProblem[] = this.open
      ? [{ kind: 'truncated', id: manifestId, message: 'the export ends without its manifest' }]
      : [];
    const added = [...this.broken, ...(report.problemsFound === 0 ? this.contradicted : []), ...end];
    const problemsFound = report.problemsFound + added.length;
    const problems = [...report.problems, ...added];
    return { ...report, valid: problemsFound === 0, problems, problemsFound, manifests: this.manifests };
  }

  private compare(manifest: AuditManifest, part: number): void {
    const claims = this.tally.claims();
    const names = Object.keys(claims) as (keyof typeof claims)[];
    const wrong = names.filter((name) => claims[name] !== manifest[name]);
    if (wrong.length === 0) return;
    const kind = claims.entries < manifest.entries ? 'truncated' : 'altered';
    const message = `manifest ${part} says something else than its lines in ${wrong.join(', ')}`;
    this.contradicted.push({ kind, id: manifestId, message });
  }
}

function isManifest(item: unknown): item is object {
  return typeof item === 'object' && item !== null && 'id' in item && item.id === manifestId;
}

/** A member given twice, a blank or another order would each mean something else to another reader. */
function parseLine(line: string): { item: unknown; fault: string | undefined } {
  let item: unknown;
  try {
    item = JSON.parse(line);
    return { item, fault: canonicalJson(item) === line ? undefined : 'is not in canonical form' };
  } catch {
    return { item, fault: item === undefined ? 'is not JSON' : 'has no canonical form' };
  }
}
