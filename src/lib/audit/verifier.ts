import { Days } from './days';
import { entriesFrom, Findings, type FindingsMark, type Place, revise } from './findings';
import { headIdOf, headNumberOf } from './format';
import { genesis, type Link } from './link';
import { Misfits } from './misfits';
import type { AuditProblem, VerificationReport, VerifyOptions } from './report';
import { isHead, readEntry, type SeenEntry } from './seen';
import { Witnesses } from './witnesses';

interface State {
  last: Link;
  days: ReturnType<Days['mark']>;
  findings: FindingsMark;
  misfits: ReturnType<Misfits['mark']>;
}

/**
 * Checks a chain item by item, in constant memory. Items are given in the order of `auditDate` and `sequence`; a day's head may
 * come anywhere among its entries. Nothing that is given makes it throw.
 */
export class ChainVerifier {
  private readonly findings = new Findings();
  private readonly misfits = new Misfits();
  private readonly witnesses: Witnesses;
  private readonly days: Days;
  private tenantId: string | undefined;
  private entries = 0;
  private last = genesis;
  /** The last entry, and all as it was before it, where the next entry may show that it does not belong here. */
  private doubt: { before: State; seen: SeenEntry } | undefined;

  constructor(private readonly options: VerifyOptions = {}) {
    this.witnesses = new Witnesses(options.trustedHeads ?? []);
    this.days = new Days(this.findings, options);
    this.tenantId = options.tenantId;
  }

  /** Where the item was read from a text, `fault` is what is wrong with that. */
  add(item: unknown, fault?: string): void {
    if (isHead(item)) {
      this.doubt = undefined;
      this.last = this.days.addHead(item, this.last, this.tenantId, fault);
    } else this.addEntry(readEntry(item, fault));
  }

  /** As `add`, of an entry that was read already. */
  addEntry(seen: SeenEntry): void {
    this.entries += 1;
    if (this.doubt && seen.fault === undefined && follows(this.doubt.before.last, seen)) this.takeBackDoubt();
    const before = this.isExpected(seen) ? undefined : this.mark();
    const doubtful = this.place(seen);
    this.doubt = before && doubtful ? { before, seen } : undefined;
  }

  /** `startDate` is the first day asked for, where it was not known before. */
  finish(startDate = this.options.startDate): VerificationReport {
    this.last = this.days.close(this.last);
    this.days.settleStart(startDate);
    this.misfits.explain();
    this.witnesses.report(this.findings, this.last);
    this.checkEnd();
    this.days.settleDoubts();
    const { sequence, auditDate, hash } = this.last;
    return {
      valid: this.findings.found === 0,
      entries: this.entries,
      head: sequence === 0 ? null : { sequence, auditDate, hash },
      problems: this.findings.problems,
      problemsFound: this.findings.found,
      notes: this.findings.notes,
    };
  }

  /** Nearly every entry: sound, of the same day, and linked to the last one. It is never doubtful. */
  private isExpected(seen: SeenEntry): boolean {
    return (
      seen.fault === undefined &&
      seen.tenantId === this.tenantId &&
      seen.auditDate === this.last.auditDate &&
      follows(this.last, seen)
    );
  }

  /** Puts an entry behind the last one, or says why it cannot; true where the next entry may prove it an intruder. */
  private place(seen: SeenEntry): boolean {
    const sound = seen.fault === undefined;
    if (sound) {
      this.tenantId ??= seen.tenantId;
      if (seen.tenantId !== this.tenantId) {
        this.findings.report('inserted', placeOf(seen), `the entry belongs to tenant ${seen.tenantId}`);
        return false;
      }
      this.last = this.days.turnTo(seen.auditDate, this.last);
    }
    this.settleBeyond(seen);
    const next = this.last.sequence + 1;
    const sequence = seen.sequence ?? next;
    const linked = this.last.hashes?.includes(seen.previousHash) ?? false;
    if (linked || sequence === next) return this.succeed(seen, next, linked);
    if (sequence > next) return this.succeedAfterGap(seen, sequence, next);
    return this.misplace(seen, sequence);
  }

  private succeed(seen: SeenEntry, sequence: number, linked: boolean): boolean {
    const { last } = this;
    const sound = seen.fault === undefined;
    let breach: AuditProblem | undefined;
    if (linked && sound && last.auditDate <= seen.auditDate) this.days.turnBack(seen.auditDate);
    if (!linked && !sound && this.lastIsIntruder(seen)) {
      this.callLastInserted();
    } else if (!linked && last.breach && last.sound) {
      const message = `${entryNamed(last)} was rewritten with a right hash: neither neighbour knows it`;
      revise(last.breach, 'altered', placeOf(last), message);
    } else if (!linked && !last.finding && sound) {
      breach = this.reportBreach(seen);
    } else if (linked && last.disputed && seen.previousHash === last.hash) {
      const { finding, id, auditDate } = last.disputed;
      revise(finding, 'altered', { id, auditDate }, `the head of ${auditDate} names another last entry`);
    }
    let finding = sound ? undefined : this.reportAltered(seen, sequence);
    if (sound && linked && last.sound) finding = this.checkSoundLink(seen, sequence);
    this.accept(seen, sequence, { finding, breach, previousHashes: last.hashes });
    return !sound || !linked;
  }

  private succeedAfterGap(seen: SeenEntry, sequence: number, next: number): boolean {
    const { last } = this;
    const before = seen.fault === undefined ? (seen.previousAuditDate ?? seen.auditDate) : seen.auditDate;
    const to = sequence - 1;
    const kind = last.sequence > 0 && seen.previousAuditDate === last.auditDate ? 'truncated' : 'removed';
    const gap = this.days.reportMissing(kind, next, to, before, last.sequence === 0);
    if (gap) this.misfits.addGap(next, to, [...new Set([last.auditDate, seen.auditDate])], gap);
    const finding = seen.fault === undefined ? undefined : this.reportAltered(seen, sequence);
    this.accept(seen, sequence, { finding, previousHashes: undefined });
    return true;
  }

  /** An entry whose number was already used. */
  private misplace(seen: SeenEntry, sequence: number): boolean {
    const { last } = this;
    const sound = seen.fault === undefined;
    if (sound && seen.previousAuditDate === last.auditDate && seen.auditDate > last.auditDate) {
      const breach = this.reportFork(last, seen);
      this.accept(seen, sequence, { breach, previousHashes: undefined });
      return true;
    }
    const sameSlot =
      sequence === last.sequence && (last.previousHashes?.includes(seen.previousHash) ?? false);
    if (sameSlot && sound && last.sound && seen.hash !== last.hash) {
      const message = `${seen.id} and ${last.id} both follow entry ${sequence - 1}: two writers, or two histories`;
      const finding = this.findings.report('forked', placeOf(seen, sequence), message);
      this.last = { ...last, finding, hashes: [...(last.hashes ?? []), seen.hash] };
      return false;
    }
    if (this.misfits.fillGap(sequence)) {
      const message = `${entryNamed({ ...seen, sequence })} stands behind entry ${last.sequence}`;
      this.findings.report('reordered', placeOf(seen, sequence), message);
      return false;
    }
    const message = `${entryNamed({ ...seen, sequence })} has no place here: the number is taken`;
    this.misfits.add(seen, sequence, this.findings.report('inserted', placeOf(seen, sequence), message));
    return false;
  }

  /** The renumbered entry that follows an intruder still names the one before it. */
  private lastIsIntruder(seen: SeenEntry): boolean {
    return (
      (this.last.previousHashes?.includes(seen.previousHash) ?? false) && this.last.previousHash !== seen.hash
    );
  }

  private callLastInserted(): void {
    const { last } = this;
    const message = `${entryNamed(last)} was put between two entries that are linked to each other`;
    if (last.finding) revise(last.finding, 'inserted', placeOf(last), message);
    else this.findings.report('inserted', placeOf(last), message);
    this.misfits.addTaken(last.sequence, last.auditDate);
  }

  private takeBackDoubt(): void {
    if (!this.doubt) return;
    const { before, seen } = this.doubt;
    this.last = before.last;
    this.findings.rewind(before.findings);
    this.misfits.rewind(before.misfits);
    this.days.rewind(before.days);
    const sequence = seen.sequence ?? this.last.sequence + 1;
    const message = `${entryNamed({ ...seen, sequence })} was put before the entry that belongs here`;
    this.misfits.add(seen, sequence, this.findings.report('inserted', placeOf(seen, sequence), message));
  }

  private reportAltered(seen: SeenEntry, sequence: number): AuditProblem {
    const message = `${entryNamed({ ...seen, sequence })} was altered: ${seen.fault}`;
    const finding = this.findings.report('altered', placeOf(seen, sequence), message);
    this.misfits.add(seen, sequence, finding);
    return finding;
  }

  /** Right in itself, it names another predecessor; until more is known, the predecessor is the one that changed. */
  private reportBreach(seen: SeenEntry): AuditProblem {
    const { last } = this;
    if (last.sequence === 0) {
      const message = `${entryNamed({ ...seen, sequence: 1 })} is the first and does not say so`;
      return this.findings.report('altered', placeOf(seen, 1), message);
    }
    if (seen.previousAuditDate === last.auditDate && this.days.headAgrees(last))
      return this.reportFork(last, seen);
    const message = `${entryNamed(last)} was rewritten with a right hash: the next entry knows another one`;
    return this.findings.report('altered', placeOf(last), message);
  }

  private reportFork(last: Link, seen: SeenEntry): AuditProblem {
    const message =
      `the entries of ${last.auditDate} and their head agree with each other, ` +
      `and ${seen.auditDate} goes on from another history: the day was rewritten`;
    return this.findings.report('forked', placeOf(last), message);
  }

  /** What a right hash cannot show: that the number or the days are not what the format asks for. */
  private checkSoundLink(seen: SeenEntry, sequence: number): AuditProblem | undefined {
    const { last } = this;
    const turns = last.sequence > 0 && last.auditDate !== seen.auditDate;
    const right =
      seen.sequence === sequence &&
      seen.auditDate >= last.auditDate &&
      seen.previousAuditDate === (turns ? last.auditDate : undefined);
    if (right) return undefined;
    const message = `${entryNamed({ ...seen, sequence })} has a right hash and a wrong number or day`;
    return this.findings.report('altered', placeOf(seen, sequence), message);
  }

  private accept(
    seen: SeenEntry,
    sequence: number,
    { finding, breach, previousHashes }: Pick<Link, 'finding' | 'breach' | 'previousHashes'>,
  ): void {
    const sound = seen.fault === undefined;
    const { id, auditDate, hash, previousHash, contentsHash } = seen;
    const hashes = sound ? [hash] : hash === '' ? undefined : [hash, contentsHash ?? hash];
    this.last = {
      sequence,
      auditDate,
      id,
      hash,
      hashes,
      previousHashes,
      previousHash,
      sound,
      finding,
      breach,
    };
    this.days.count(sound);
    if (!sound) return;
    this.witnesses.see(sequence, hash, previousHash);
    this.options.onEntry?.(seen.item);
  }

  /** Entries behind their head: the next day tells whether the head is an old copy or the entries are intruders. */
  private settleBeyond(seen: SeenEntry): void {
    const { beyond } = this.last;
    if (!beyond?.link.hashes?.includes(seen.previousHash)) return;
    const { id, auditDate } = beyond.head;
    const number = headNumberOf(id) ?? 0;
    if (number === 0)
      revise(beyond.finding, 'altered', { id, auditDate }, `the head of ${auditDate} is an older copy`);
    else {
      const place = { id: headIdOf(number + 1), auditDate };
      revise(beyond.finding, 'removed', place, `the last head of ${auditDate} is gone, or more than one`);
    }
    this.last = beyond.link;
  }

  private checkEnd(): void {
    const expected = this.options.expectedHead;
    const { sequence, hash, auditDate } = this.last;
    if (!expected || (expected.sequence === sequence && expected.hash === hash)) return;
    if (sequence < expected.sequence) {
      const gone = entriesFrom(sequence + 1, expected.sequence);
      const place: Place = { sequence: sequence + 1, ...(auditDate && { auditDate }) };
      this.findings.report('truncated', place, `${gone} at the end of the chain are gone`);
    } else if (sequence > expected.sequence) {
      const place = { sequence: expected.sequence + 1, auditDate };
      this.findings.report('inserted', place, `the chain goes on after entry ${expected.sequence}, its end`);
    } else if (!this.last.finding) {
      this.findings.report(
        'forked',
        { sequence, auditDate },
        'the last entry is not the one that was expected',
      );
    }
  }

  private mark(): State {
    return {
      last: this.last,
      days: this.days.mark(),
      findings: this.findings.mark(),
      misfits: this.misfits.mark(),
    };
  }
}

/** Checks a whole chain; see `ChainVerifier` for the order that items are given in. */
export async function verifyChain(
  items: AsyncIterable<unknown> | Iterable<unknown>,
  options: VerifyOptions = {},
): Promise<VerificationReport> {
  const verifier = new ChainVerifier(options);
  for await (const item of items) verifier.add(item);
  return verifier.finish();
}

function follows(last: Link, { sequence, previousHash }: SeenEntry): boolean {
  return sequence === last.sequence + 1 && (last.hashes?.includes(previousHash) ?? false);
}

function placeOf(
  { id, auditDate, ...seen }: Pick<Link, 'id' | 'auditDate'> & { sequence?: number | undefined },
  at?: number,
): Place {
  const sequence = at ?? seen.sequence;
  return { ...(sequence !== undefined && { sequence }), ...(id && { id }), ...(auditDate && { auditDate }) };
}

function entryNamed({ sequence, id }: { sequence: number; id: string }): string {
  return id ? `entry ${sequence} (${id})` : `entry ${sequence}`;
}
