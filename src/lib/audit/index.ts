export { chainChanges } from './chain';
export {
  type CompareOptions,
  compareWithStore,
  type RecordedChange,
  StoreComparison,
  type StoredRecord,
} from './compare';
export { AuditManifest, type ExportOptions, ExportTally, exportLines, manifestId } from './export';
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
  headIdOf,
  headNumberOf,
} from './format';
export { canonicalJson, hashEntry, hashHead, hashManifest } from './hash';
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
export { isSoundEntry } from './seen';
export { ChainVerifier, verifyChain } from './verifier';
export { type ExportReport, verifyExport } from './verifyExport';
export { parseWitness } from './witnesses';
