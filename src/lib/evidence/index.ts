export { appendAudit } from './appendAudit';
export { auditCommits, type CommitReference, type Twin } from './auditCommits';
export { auditSettings } from './auditSettings';
export { type DayRange, readChain } from './readChain';
export { verifyAudit } from './verifyAudit';
