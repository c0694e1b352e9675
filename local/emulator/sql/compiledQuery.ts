import type { AggregateSpec, Evaluate, Frame } from './frame';

/** A query ready to run against any parameters. */
export interface CompiledQuery {
  slots: number;
  /** Calls `row` for each row of FROM and JOIN that passes WHERE; stops when `row` answers false. */
  eachRow(frame: Frame, row: () => boolean): boolean;
  /** What the SELECT clause makes of the row (or group) in the frame; undefined means no result. */
  project: Evaluate;
  aggregates: AggregateSpec[];
  groupBy: Evaluate[];
  orderBy: { evaluate: Evaluate; descending: boolean }[];
  distinct: boolean;
  top?: Evaluate;
  offset?: Evaluate;
  limit?: Evaluate;
  /** Whether the query reads the container at all (`SELECT 1` does not). */
  readsItems: boolean;
  /** Whether any expression looks into the item (`SELECT VALUE COUNT(1)` does not). */
  readsRoot: boolean;
  /** Whether a row is the item itself, so that its stored text will do. */
  selectsRoot: boolean;
}
