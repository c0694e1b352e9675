import type { AuditNote, AuditProblem, Finding, NoteKind, ProblemKind } from './report';

/** Findings kept for the report; beyond it they are only counted, so that memory stays constant. */
export const problemsMax = 100;

export type Place = Omit<Finding<string>, 'kind' | 'message'>;

/** What a verification has found so far. A finding may change its kind while later records explain it better. */
export class Findings {
  readonly problems: AuditProblem[] = [];
  readonly notes: AuditNote[] = [];
  found = 0;

  report(kind: ProblemKind, place: Place, message: string): AuditProblem {
    const problem = { kind, ...place, message };
    this.found += 1;
    if (this.problems.length < problemsMax) this.problems.push(problem);
    return problem;
  }

  note(kind: NoteKind, place: Place, message: string): void {
    if (this.notes.length < problemsMax) this.notes.push({ kind, ...place, message });
  }

  /** Takes back one finding. */
  withdraw(problem: AuditProblem): void {
    const index = this.problems.indexOf(problem);
    if (index < 0) return;
    this.problems.splice(index, 1);
    this.found -= 1;
  }

  /** Where `rewind` can go back to. */
  mark(): FindingsMark {
    return { found: this.found, problems: this.problems.length, notes: this.notes.length };
  }

  /** Takes back what was reported since; explanations given to older findings stay. */
  rewind(mark: FindingsMark): void {
    this.found = mark.found;
    this.problems.length = mark.problems;
    this.notes.length = mark.notes;
  }
}

export interface FindingsMark {
  found: number;
  problems: number;
  notes: number;
}

/** Gives a finding the kind, the place and the sentence that later records justify. */
export function revise(problem: AuditProblem, kind: ProblemKind, place: Place, message: string): void {
  delete problem.sequence;
  delete problem.id;
  delete problem.auditDate;
  Object.assign(problem, { kind, ...place, message });
}

/** "entry 5" or "entries 5 to 7". */
export function entriesFrom(from: number, to: number): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`;
}
