/** Policy as data in; score, level and explained factors out. Pure: no I/O, no clock. */

export { announcesFix } from './announcesFix';
export type {
  ComplianceReason,
  RiskAssessment,
  RiskFactor,
  RiskLevel,
  ScoredRisk,
  UnscoredRisk,
} from './assessment';
export type { CommitFacts, FileFacts, FileStatus } from './commitFacts';
export { type CommitHistory, type FileHistory, HistoryBuilder } from './history';
export { type FeatureValue, isSourcePath, likelihoodFeatures } from './likelihood';
export {
  defaultRiskPolicy,
  Framework,
  frameworks,
  mergeRiskPolicy,
  RiskPolicy,
  RiskPolicyOverrides,
} from './policy';
export { type RankedCommit, type RankingQuality, rankingQuality } from './rankingQuality';
export { levelThresholds, riskLevelOf, scoreCommit } from './scoreCommit';
export { repositorySigns } from './signedRepositories';
