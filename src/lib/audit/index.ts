export { chainChanges } from './chain';
export {
  type CompareOptions,
  compareWithStore,
  type RecordedChange,
  StoreComparison,
  type StoredRecord,
} from './compare';
export {
  AuditAction,
  AuditableChange,
  AuditEntry,
  AuditHead,
  auditActions,
  ChainPosition,
  entriesPerBatchMax,
  entryId,
  formatVersion,
  genesisHash,
  headId,
} from './format';
export { canonicalJson, hashEntry, hashHead } from './hash';
export type {
  AuditNote,
  AuditProblem,
  Finding,
  NoteKind,
  ProblemKind,
  VerificationReport,
  VerifyOptions,
  Witness,
} from './report';
export { ChainVerifier, verifyChain } from './verifier';
export { parseWitness } from './witnesses';
