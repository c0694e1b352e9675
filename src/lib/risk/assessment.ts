import type { Framework } from './policy';

export type RiskLevel = 'low' | 'medium' | 'high' | 'critical';

/** One reason for a score. The contributions of all factors add up to the score, each rounded to 0.001. */
export interface RiskFactor {
  id: string;
  /** Whether it tells that such changes tend to need a fix, or what the change touches. */
  half: 'likelihood' | 'impact';
  /** A plain sentence. */
  description: string;
  /** What gave it away: paths, words, trailers; at most 6 entries of at most 160 characters. */
  evidence: string[];
  /** Its share of `riskScore`; below 0 where it lowers it. */
  contribution: number;
}

/** Why a commit carries a framework's tag. */
export interface ComplianceReason {
  framework: Framework;
  reason: string;
  evidence: string[];
}

export interface ScoredRisk {
  status: 'scored';
  /** 0 to 1, rounded to 0.001: 1 - (1 - likelihood) x (1 - impact). */
  riskScore: number;
  riskLevel: RiskLevel;
  /** Learnt: the share of such changes that later needed a fix, 0 to 1. */
  likelihood: number;
  /** Policy: how much what it touches, does and declares weighs, 0 to 1. */
  impact: number;
  riskFactors: RiskFactor[];
  compliance: Framework[];
  complianceReasons: ComplianceReason[];
  riskModel: string;
}

/** A commit of which too little is known: it has no score, which is not a score of 0. */
export interface UnscoredRisk {
  status: 'unscored';
  riskScore?: undefined;
  riskLevel?: undefined;
  /** A plain sentence saying what is missing. */
  reason: string;
  riskFactors: RiskFactor[];
  compliance: Framework[];
  complianceReasons: ComplianceReason[];
  riskModel: string;
}

export type RiskAssessment = ScoredRisk | UnscoredRisk;

const evidenceMax = 6;
const evidenceCharactersMax = 160;

/** Cuts evidence to its bounds, and says how much was left out. */
export function boundedEvidence(evidence: readonly string[]): string[] {
  const kept = evidence
    .slice(0, evidence.length > evidenceMax ? evidenceMax - 1 : evidenceMax)
    .map(shortened);
  if (kept.length < evidence.length) kept.push(`and ${evidence.length - kept.length} more`);
  return kept;
}

function shortened(text: string): string {
  if (text.length <= evidenceCharactersMax) return text;
  return `${text.slice(0, evidenceCharactersMax - 4).replace(/[\uD800-\uDBFF]$/, '')} ...`;
}
