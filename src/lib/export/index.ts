/** Commits in the forms that other tools read. Pure: no I/O, no clock. */
export { type CommitRow, commitColumns, commitRow } from './commitRow';
export { sarifEnd, sarifResult, sarifStart } from './sarif';
