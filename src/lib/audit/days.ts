import { entriesFrom, type Findings, type Place, problemsMax, revise } from './findings';
import { type AuditHead, headIdOf, headNumberOf } from './format';
import type { Link } from './link';
import type { AuditProblem, ProblemKind, VerifyOptions } from './report';
import { readHead } from './seen';

/** The day that entries are being read of. */
interface Day {
  auditDate: string;
  head?: AuditHead;
}

/** The last day that was read to its end. */
interface ClosedDay {
  auditDate: string;
  head: AuditHead | undefined;
  /** Says that the head is missing; it may still turn up. */
  missing?: AuditProblem | undefined;
  /** Says that the head is not the one that the next day knows. */
  unknown?: AuditProblem | undefined;
  /** Findings when the day was closed, and when the first entry of the next had its place. */
  found: number;
  foundAfter?: number;
}

interface DaysState {
  day: Day | undefined;
  closed: ClosedDay | undefined;
  /** A head that stood before the entries of an earlier day. */
  early: AuditHead | undefined;
  /** Days that broken heads name, as far as they do. */
  strayHeads: (string | undefined)[];
  unsoundAtEnd: number;
}

/** Checks the head of each day against its entries and against the head of the day before. */
export class Days {
  private state: DaysState = {
    day: undefined,
    closed: undefined,
    early: undefined,
    strayHeads: [],
    unsoundAtEnd: 0,
  };

  /** What is missing before the first record. */
  private start: { finding: AuditProblem; before: string; what: string } | undefined;

  /** What is wrong with a head, as it seems: it matters only where nothing else is wrong. */
  private readonly doubts: { kind: ProblemKind; place: Place; message: string }[] = [];

  constructor(
    private readonly findings: Findings,
    private readonly options: Pick<VerifyOptions, 'retentionDays' | 'now'>,
  ) {}

  mark(): DaysState {
    return { ...this.state, day: this.state.day && { ...this.state.day } };
  }

  rewind(state: DaysState): void {
    this.state = state;
  }

  /** Counts the broken entries at the end of what was read: they may belong to this day or to the next. */
  count(sound: boolean): void {
    const { closed } = this.state;
    this.state.unsoundAtEnd = sound ? 0 : this.state.unsoundAtEnd + 1;
    if (closed && closed.foundAfter === undefined) {
      this.state.closed = { ...closed, foundAfter: this.findings.found };
    }
  }

  /** Begins the day of a sound entry where it is a later one. */
  turnTo(auditDate: string, last: Link): Link {
    const { day } = this.state;
    if (day && auditDate <= day.auditDate) return last;
    const end = this.close(last);
    const { early } = this.state;
    this.state.day = early?.auditDate === auditDate ? { auditDate, head: early } : { auditDate };
    return end;
  }

  /** An entry of an earlier day follows rightly: the head that began this day stands too early. */
  turnBack(auditDate: string): void {
    const { day, closed } = this.state;
    if (!day || auditDate >= day.auditDate) return;
    if (closed?.auditDate === auditDate && closed.missing) this.findings.withdraw(closed.missing);
    const place = { id: day.head?.id ?? headIdOf(0), auditDate: day.auditDate };
    this.findings.report('reordered', place, `the head of ${day.auditDate} stands in an earlier day`);
    this.state.early = day.head;
    this.state.closed = undefined;
    this.state.day = { auditDate };
  }

  /** Whether the head of the entry's day was written for this very entry. */
  headAgrees({ auditDate, hash }: Link): boolean {
    const { day, closed } = this.state;
    return [day, closed].some((each) => each?.auditDate === auditDate && each.head?.hash === hash);
  }

  addHead(item: object, last: Link, tenantId: string | undefined, fault?: string): Link {
    const { head, ...seen } = readHead(item, fault);
    if (!head) {
      const auditDate = 'auditDate' in seen ? seen.auditDate : undefined;
      const { id } = item as { id: string };
      const place = { id, ...(auditDate !== undefined && { auditDate }) };
      this.findings.report(
        'altered',
        place,
        `the head of ${auditDate ?? 'a day'} was altered: ${seen.fault}`,
      );
      this.state.strayHeads = [...this.state.strayHeads, auditDate].slice(-problemsMax);
      return last;
    }
    const { auditDate } = head;
    const place = { id: head.id, auditDate };
    if (tenantId !== undefined && head.tenantId !== tenantId) {
      this.findings.report('inserted', place, `the head belongs to tenant ${head.tenantId}`);
      return last;
    }
    const end = this.turnTo(auditDate, last);
    const { day, closed } = this.state;
    if (day?.auditDate === auditDate && (!day.head || numberOf(day.head) < numberOf(head))) {
      this.doubtHead(head, day.head, end);
      day.head = head;
    } else if (closed?.auditDate === auditDate && closed.missing) {
      revise(closed.missing, 'reordered', place, `the head of ${auditDate} stands in a later day`);
      closed.missing = undefined;
    } else {
      const isEarlier = day?.auditDate === auditDate && day.head && numberOf(head) < numberOf(day.head);
      if (isEarlier)
        this.findings.report('reordered', place, `a head of ${auditDate} stands behind a later one`);
      else this.findings.report('inserted', place, `${auditDate} has a second head`);
    }
    return end;
  }

  /** Holds a head that was created and never changed against the one before it in its day and against its own last entry. */
  private doubtHead(head: AuditHead, before: AuditHead | undefined, last: Link): void {
    const number = numberOf(head);
    if (number === 0) return;
    const { id, auditDate } = head;
    const place = { id, auditDate };
    const expected = before ? numberOf(before) + 1 : 1;
    if (number > expected && !this.isExpired(auditDate)) {
      const gone = { id: headIdOf(expected), auditDate };
      this.doubt(
        'removed',
        gone,
        `head ${expected} of ${auditDate} is gone: the next one there is ${number}`,
      );
    }
    if (head.sequence !== last.sequence) {
      this.doubt(
        'reordered',
        place,
        `the head of entry ${head.sequence} stands behind entry ${last.sequence}`,
      );
    } else if (last.hashes && !last.hashes.includes(head.hash)) {
      this.doubt('altered', place, `head ${number} of ${auditDate} names another last entry`);
    }
    const goesOn =
      !before || (before.firstSequence === head.firstSequence && before.sequence < head.sequence);
    if (!goesOn)
      this.doubt('altered', place, `head ${number} of ${auditDate} does not go on from the one before`);
  }

  private doubt(kind: ProblemKind, place: Place, message: string): void {
    if (this.doubts.length < problemsMax) this.doubts.push({ kind, place, message });
  }

  /** Reports what seemed wrong with heads, where nothing that was found explains it. */
  settleDoubts(): void {
    if (this.findings.found > 0) return;
    for (const { kind, place, message } of this.doubts) this.findings.report(kind, place, message);
  }

  /** Ends the day: what its head says is held against what was read. Returns the end of the chain as then known. */
  close(last: Link): Link {
    const { day, closed, unsoundAtEnd } = this.state;
    if (!day) return last;
    const { auditDate, head } = day;
    const { found } = this.findings;
    this.state.day = undefined;
    this.state.closed = { auditDate, head, found };
    const { strayHeads } = this.state;
    if (!head) {
      if (strayHeads.length > 0) this.state.strayHeads = strayHeads.slice(1);
      else this.state.closed.missing = this.reportNoHead(auditDate);
      return last;
    }
    const others = strayHeads.filter((date) => date !== auditDate);
    const isBeyond = head.sequence < last.sequence - unsoundAtEnd;
    // A broken head may have been the last one of this day, whatever day it says now.
    const lastIsBroken = isBeyond && strayHeads.length > 0;
    this.state.strayHeads = lastIsBroken && others.length === strayHeads.length ? others.slice(1) : others;
    this.checkLink(head, closed);
    this.checkHead(head);
    if (head.sequence > last.sequence) return this.endIsMissing(head, last);
    if (isBeyond && !lastIsBroken) return this.endIsBeyond(head, last);
    if (head.sequence === last.sequence) return this.endIsThere(head, last);
    return last;
  }

  /**
   * Reports missing entries: a problem, unless they are lawfully gone. `before` is the last day that they can have
   * been in; `atStart` where nothing of the chain was read before.
   */
  reportMissing(
    kind: ProblemKind,
    from: number,
    to: number,
    before: string,
    atStart: boolean,
  ): AuditProblem | undefined {
    const place = { sequence: from, auditDate: before };
    const what = entriesFrom(from, to);
    if (this.isExpired(before)) {
      this.findings.note(
        'expired',
        place,
        `${what}, up to ${before}, are gone: kept for the time that was set`,
      );
      return undefined;
    }
    const finding = this.findings.report(kind, place, `${what}, up to ${before}, are gone`);
    if (atStart) this.start = { finding, before, what };
    return finding;
  }

  /** Settles what is missing at the start, once it is known which day was asked for first. */
  settleStart(startDate: string | undefined): void {
    if (!this.start || startDate === undefined || this.start.before >= startDate) return;
    const { finding, before, what } = this.start;
    const { sequence, auditDate } = finding;
    this.findings.withdraw(finding);
    const message = `${what}, up to ${before}, are before the first day asked for`;
    this.findings.note(
      'outside-range',
      { ...(sequence && { sequence }), ...(auditDate && { auditDate }) },
      message,
    );
  }

  private isExpired(auditDate: string): boolean {
    const { now, retentionDays } = this.options;
    if (!now || retentionDays === undefined) return false;
    const kept = new Date(now.getTime() - retentionDays * 86_400_000).toISOString().slice(0, 10);
    return auditDate <= kept;
  }

  private reportNoHead(auditDate: string): AuditProblem {
    return this.findings.report('removed', { id: headIdOf(0), auditDate }, `${auditDate} has no head`);
  }

  /** What a right hash cannot show: that the numbers do not add up. */
  private checkHead({ id, auditDate, sequence, firstSequence, entries, previousHead }: AuditHead): void {
    const right =
      entries === sequence - firstSequence + 1 &&
      firstSequence === (previousHead?.sequence ?? 0) + 1 &&
      (previousHead === null || previousHead.auditDate < auditDate);
    const message = `the head of ${auditDate} has a right hash and numbers that do not add up`;
    if (!right) this.findings.report('altered', { id, auditDate }, message);
  }

  private checkLink(head: AuditHead, closed: ClosedDay | undefined): void {
    if (!closed?.head || !this.state.closed) return;
    const { auditDate } = closed;
    const { previousHead } = head;
    if (previousHead?.headHash === closed.head.headHash) return;
    // Whole days lie between: whether they may be missing was settled when the first entry after them came.
    if (previousHead && previousHead.sequence > closed.head.sequence) return;
    if (closed.unknown) {
      const message = `the head of ${auditDate} was rewritten with a right hash: neither neighbour knows it`;
      revise(closed.unknown, 'altered', { id: closed.head.id, auditDate }, message);
    } else if ((closed.foundAfter ?? this.findings.found) === closed.found) {
      const message = `the head of ${auditDate} was rewritten with a right hash: the next day knows another one`;
      const place = { id: closed.head.id, auditDate };
      this.state.closed.unknown = this.findings.report('altered', place, message);
    }
  }

  private endIsMissing(head: AuditHead, last: Link): Link {
    const { auditDate, sequence, hash } = head;
    const kind = last.auditDate === auditDate ? 'truncated' : 'removed';
    this.reportMissing(kind, last.sequence + 1, sequence, auditDate, last.sequence === 0);
    return {
      sequence,
      auditDate,
      id: '',
      hash,
      hashes: [hash],
      previousHashes: undefined,
      previousHash: '',
      sound: true,
    };
  }

  private endIsBeyond(head: AuditHead, last: Link): Link {
    const { auditDate, sequence, hash } = head;
    const place = { sequence: sequence + 1, auditDate };
    const message = `${entriesFrom(sequence + 1, last.sequence)} are behind the head, which is written with every entry: they were added, or their own head was taken away`;
    const only = sequence + 1 === last.sequence;
    if (last.breach && only) revise(last.breach, 'inserted', { ...place, id: last.id }, message);
    const finding = last.breach && only ? last.breach : this.findings.report('inserted', place, message);
    return {
      ...last,
      sequence,
      hash,
      hashes: [hash],
      previousHashes: undefined,
      id: '',
      sound: true,
      finding: undefined,
      breach: undefined,
      beyond: { link: last, finding, head },
    };
  }

  private endIsThere(head: AuditHead, last: Link): Link {
    const { id, auditDate, hash } = head;
    if (last.hashes === undefined || last.hashes.includes(hash)) return last;
    const place = { sequence: last.sequence, id: last.id, auditDate: last.auditDate };
    const message = `entry ${last.sequence} (${last.id}) was rewritten with a right hash: the head knows another one`;
    if (last.breach) {
      revise(last.breach, 'altered', place, message);
      return { ...last, finding: last.breach };
    }
    if (last.finding) return last;
    const finding = this.findings.report('altered', place, message);
    return { ...last, finding, hashes: [last.hash, hash], disputed: { finding, id, auditDate } };
  }
}

function numberOf({ id }: AuditHead): number {
  return headNumberOf(id) ?? 0;
}
