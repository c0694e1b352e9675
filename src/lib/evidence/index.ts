export { appendAudit } from './appendAudit';
export { auditCommits, type CommitReference, type Twin } from './auditCommits';
export { type VerifyRange, verifyAudit } from './verifyAudit';
