export { appendAudit } from './appendAudit';
export { auditCommits, type CommitReference } from './auditCommits';
export { type VerifyRange, verifyAudit } from './verifyAudit';
