export { combined } from './combined';
export type { FileChange, IncomingCommit } from './commitInput';
export { CommitInput, distinct, FileStatus, fittingMessage, parseCommitInput } from './commitInput';
export type {
  ChangeAction,
  CommitItem,
  CommitRisk,
  RecordChange,
  Review,
  ReviewStatus,
  RiskFactor,
  RiskLevel,
  Stored,
} from './commitItem';
export { schemaVersion } from './commitItem';
export { type CommitContent, contentHashOf, contentOf, sha256OfJson } from './contentHash';
export { displayText } from './displayText';
export { CommitHash, TenantId } from './identifiers';
export { addDays, CalendarDate, Instant, toInstant, utcDate } from './instant';
export { issuesOf } from './issues';
export type { OverflowItem } from './overflow';
export { join, overflowId, split } from './overflow';
export { redact } from './redaction';
export { wellFormed } from './wellFormed';
