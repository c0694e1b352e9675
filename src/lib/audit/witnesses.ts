import type { Findings } from './findings';
import type { Link } from './link';
import type { Witness } from './report';

/** Reads `HASH` or `SEQUENCE:HASH`, as digests and `audit head` show it; undefined where it is neither. */
export function parseWitness(text: string): Witness | undefined {
  const [, sequence, hash] = /^(?:([1-9][0-9]{0,14}):)?([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  if (hash === undefined) return undefined;
  return { hash: hash.toLowerCase(), ...(sequence !== undefined && { sequence: Number(sequence) }) };
}

/** Looks for what witnesses saw while the entries go by. */
export class Witnesses {
  private readonly unseen: Map<string, Witness>;
  /** The number of the first sound entry. */
  private first: number | undefined;

  constructor(witnesses: readonly Witness[]) {
    this.unseen = new Map(witnesses.map((witness) => [witness.hash, witness]));
  }

  see(sequence: number, hash: string, previousHash: string): void {
    if (this.first === undefined) {
      this.first = sequence;
      this.meet(sequence - 1, previousHash);
    }
    if (this.unseen.size > 0) this.meet(sequence, hash);
  }

  report(findings: Findings, last: Pick<Link, 'sequence' | 'auditDate'>): void {
    for (const { sequence, hash } of this.unseen.values()) {
      const seen = `the head ${hash.slice(0, 12)} that a witness saw`;
      if (sequence !== undefined && sequence > last.sequence) {
        const place = { sequence: last.sequence + 1, ...(last.auditDate && { auditDate: last.auditDate }) };
        findings.report('truncated', place, `the chain ends before ${seen} at entry ${sequence}`);
      } else if (sequence !== undefined && this.first !== undefined && sequence < this.first - 1) {
        const message = `the chain as kept begins after ${seen} at entry ${sequence}: it was not checked`;
        findings.report('removed', { sequence }, message);
      } else {
        const place = sequence === undefined ? {} : { sequence };
        findings.report(
          'forked',
          place,
          `${seen} is not in this chain: it was rewritten, or cut off before it`,
        );
      }
    }
  }

  private meet(sequence: number, hash: string): void {
    const witness = this.unseen.get(hash);
    if (witness && (witness.sequence ?? sequence) === sequence) this.unseen.delete(hash);
  }
}
