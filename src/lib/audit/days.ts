import { entriesFrom, type Findings, revise } from './findings';
import { type AuditHead, headId } from './format';
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
  strayHeads: number;
  unsoundAtEnd: number;
}

/** Checks the head of each day against its entries and against the head of the day before. */
export class Days {
  private state: DaysState = {
    day: undefined,
    closed: undefined,
    early: undefined,
    strayHeads: 0,
    unsoundAtEnd: 0,
  };

  /** What is missing before the first record. */
  private start: { finding: AuditProblem; before: string; what: string } | undefined;

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
    const place = { id: headId, auditDate: day.auditDate };
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
      const place = { id: headId, ...(auditDate !== undefined && { auditDate }) };
      this.findings.report(
        'altered',
        place,
        `the head of ${auditDate ?? 'a day'} was altered: ${seen.fault}`,
      );
      this.state.strayHeads += 1;
      return last;
    }
    const { auditDate } = head;
    const place = { id: headId, auditDate };
    if (tenantId !== undefined && head.tenantId !== tenantId) {
      this.findings.report('inserted', place, `the head belongs to tenant ${head.tenantId}`);
      return last;
    }
    const end = this.turnTo(auditDate, last);
    const { day, closed } = this.state;
    if (day?.auditDate === auditDate && !day.head) {
      day.head = head;
    } else if (closed?.auditDate === auditDate && closed.missing) {
      revise(closed.missing, 'reordered', place, `the head of ${auditDate} stands in a later day`);
      closed.missing = undefined;
    } else {
      this.findings.report('inserted', place, `${auditDate} has a second head`);
    }
    return end;
  }

  /** Ends the day: what its head says is held against what was read. Returns the end of the chain as then known. */
  close(last: Link): Link {
    const { day, closed, unsoundAtEnd } = this.state;
    if (!day) return last;
    const { auditDate, head } = day;
    const { found } = this.findings;
    this.state.day = undefined;
    this.state.closed = { auditDate, head, found };
    if (!head) {
      if (this.state.strayHeads > 0) this.state.strayHeads -= 1;
      else this.state.closed.missing = this.reportNoHead(auditDate);
      return last;
    }
    this.checkLink(head, closed);
    this.checkHead(head);
    if (head.sequence > last.sequence) return this.endIsMissing(head, last);
    if (head.sequence < last.sequence - unsoundAtEnd) return this.endIsBeyond(head, last);
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
    return this.findings.report('removed', { id: headId, auditDate }, `${auditDate} has no head`);
  }

  /** What a right hash cannot show: that the numbers do not add up. */
  private checkHead({ auditDate, sequence, firstSequence, entries, previousHead }: AuditHead): void {
    const right =
      entries === sequence - firstSequence + 1 &&
      firstSequence === (previousHead?.sequence ?? 0) + 1 &&
      (previousHead === null || previousHead.auditDate < auditDate);
    const message = `the head of ${auditDate} has a right hash and numbers that do not add up`;
    if (!right) this.findings.report('altered', { id: headId, auditDate }, message);
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
      revise(closed.unknown, 'altered', { id: headId, auditDate }, message);
    } else if ((closed.foundAfter ?? this.findings.found) === closed.found) {
      const message = `the head of ${auditDate} was rewritten with a right hash: the next day knows another one`;
      this.state.closed.unknown = this.findings.report('altered', { id: headId, auditDate }, message);
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
    const message = `${entriesFrom(sequence + 1, last.sequence)} are behind the head, which is written with every entry`;
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
      beyond: { link: last, finding },
    };
  }

  private endIsThere(head: AuditHead, last: Link): Link {
    const { auditDate, hash } = head;
    if (last.hashes === undefined || last.hashes.includes(hash)) return last;
    const place = { sequence: last.sequence, id: last.id, auditDate: last.auditDate };
    const message = `entry ${last.sequence} (${last.id}) was rewritten with a right hash: the head knows another one`;
    if (last.breach) {
      revise(last.breach, 'altered', place, message);
      return { ...last, finding: last.breach };
    }
    if (last.finding) return last;
    const finding = this.findings.report('altered', place, message);
    return { ...last, finding, hashes: [last.hash, hash], disputed: { finding, auditDate } };
  }
}
