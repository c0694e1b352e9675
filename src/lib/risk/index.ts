/** Policy as data in; score, level and explained factors out. Pure: no I/O, no clock. */
export type {
  ComplianceReason,
  RiskAssessment,
  RiskFactor,
  RiskLevel,
  ScoredRisk,
  UnscoredRisk,
} from './assessment';
export type { CommitFacts, FileFacts, FileStatus } from './commitFacts';
export type { CommitHistory, FileHistory } from './history';
export {
  defaultRiskPolicy,
  Framework,
  frameworks,
  mergeRiskPolicy,
  RiskPolicy,
  RiskPolicyOverrides,
} from './policy';
export { levelThresholds, riskLevelOf, scoreCommit } from './scoreCommit';
