export { appendAudit } from './appendAudit';
export { type Access, auditAccess, noteAccess } from './auditAccess';
export { auditCommits, type CommitReference, type Twin } from './auditCommits';
export { auditDigests } from './auditDigests';
export { auditSettings } from './auditSettings';
export { type AuditCheck, checkAudit } from './checkAudit';
export { exportAudit } from './exportAudit';
export { type DayRange, readChain } from './readChain';
export { verifyAudit } from './verifyAudit';
