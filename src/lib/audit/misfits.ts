import { entriesFrom, revise } from './findings';
import { hashEntry } from './hash';
import type { AuditProblem } from './report';
import type { SeenEntry } from './seen';

/** A stretch of numbers that no entry had where it should have been. */
interface Gap {
  from: number;
  to: number;
  /** The days that its entries can have been in. */
  auditDates: string[];
  missing: number;
  finding: AuditProblem;
}

interface Misfit {
  seen: SeenEntry;
  sequence: number;
  finding: AuditProblem;
}

interface Slot {
  sequence: number;
  auditDates: string[];
  /** The broken entry that stands here instead. */
  taken?: SeenEntry;
  /** Called where the entry that belongs here is found elsewhere. */
  explain(): void;
}

/** Kept for explaining; enough for what a person would look at, and bounded. */
const keptMax = 100;

/**
 * Gaps and the entries that fit nowhere. An entry that was moved or renumbered gives itself away: with the number
 * (and day) of its true place in it, its content has the hash that it carries.
 */
export class Misfits {
  private readonly gaps: Gap[] = [];
  private readonly misfits: Misfit[] = [];
  private readonly taken: { sequence: number; auditDates: string[] }[] = [];

  addGap(from: number, to: number, auditDates: string[], finding: AuditProblem): void {
    if (this.gaps.length < keptMax) this.gaps.push({ from, to, auditDates, missing: to - from + 1, finding });
  }

  add(seen: SeenEntry, sequence: number, finding: AuditProblem): void {
    if (this.misfits.length < keptMax) this.misfits.push({ seen, sequence, finding });
  }

  /** An intruder has that number, which was another entry's. */
  addTaken(sequence: number, auditDate: string): void {
    if (this.taken.length < keptMax) this.taken.push({ sequence, auditDates: [auditDate] });
  }

  /** True where an entry of that number is missing so far; it is then taken as found. */
  fillGap(sequence: number): boolean {
    const gap = this.gaps.find(({ from, to, missing }) => missing > 0 && from <= sequence && sequence <= to);
    if (gap) this.found(gap, sequence);
    return gap !== undefined;
  }

  mark(): [number, number] {
    return [this.gaps.length, this.misfits.length];
  }

  rewind([gaps, misfits]: [number, number]): void {
    this.gaps.length = gaps;
    this.misfits.length = misfits;
  }

  /** Turns the findings of entries that only stand in the wrong place into `reordered`. */
  explain(): void {
    const slots = this.slots();
    for (const { seen, sequence, finding } of this.misfits) {
      const { id, auditDate, hash } = seen;
      const home = slots.find(
        (slot) =>
          slot.taken !== seen &&
          slot.auditDates.some(
            (date) => attemptHash({ ...seen.item, sequence: slot.sequence, auditDate: date }) === hash,
          ),
      );
      if (!home) continue;
      home.explain();
      const message = `entry ${home.sequence} (${id}) stands in another place than it was chained in`;
      revise(finding, 'reordered', { sequence, id, auditDate }, message);
    }
  }

  private slots(): Slot[] {
    const slots: Slot[] = this.misfits
      .filter(({ seen }) => seen.fault !== undefined)
      .map(({ sequence, seen }) => ({
        sequence,
        auditDates: [seen.auditDate],
        taken: seen,
        explain: () => {},
      }));
    slots.push(...this.taken.map((slot) => ({ ...slot, explain: () => {} })));
    for (const gap of this.gaps) {
      for (let sequence = gap.from; sequence <= gap.to && slots.length < 2 * keptMax; sequence += 1) {
        slots.push({ sequence, auditDates: gap.auditDates, explain: () => this.found(gap, sequence) });
      }
    }
    return slots;
  }

  private found(gap: Gap, sequence: number): void {
    gap.missing -= 1;
    if (gap.missing > 0) return;
    const { from, to, finding } = gap;
    const { auditDate } = finding;
    const message = `${entriesFrom(from, to)} came in another place than in its own`;
    revise(
      finding,
      'reordered',
      { sequence: from === to ? sequence : from, ...(auditDate && { auditDate }) },
      message,
    );
  }
}

function attemptHash(item: object): string | undefined {
  try {
    return hashEntry(item);
  } catch {
    return undefined;
  }
}
