import { boundedEvidence, type RiskAssessment, type RiskFactor, type RiskLevel } from './assessment';
import type { CommitFacts } from './commitFacts';
import { compilePolicy } from './compiledPolicy';
import { complianceOf } from './compliance';
import type { CommitHistory } from './history';
import { impactOf } from './impact';
import { count, likelihoodOf } from './likelihood';
import { messageFacts } from './messageFacts';
import type { RiskPolicy } from './policy';

/** A factor before its contribution is rounded, in thousandths. */
type RawFactor = Omit<RiskFactor, 'contribution'> & { thousandths: number };

/**
 * Scores one commit: `riskScore = 1 - (1 - likelihood) x (1 - impact)`, with the factors that it comes from.
 * Pure and deterministic; never throws, whatever the message and the paths hold. A commit whose files are
 * unknown has no likelihood: it is scored by its declarations alone, or, where it has none, it is `unscored`.
 */
export function scoreCommit(
  commit: CommitFacts,
  policy: RiskPolicy,
  history?: CommitHistory,
): RiskAssessment {
  const compiled = compilePolicy(policy);
  const message = messageFacts(commit.message, compiled);
  const files = commit.files.map((file) => ({ file, facts: compiled.pathFacts(file.path) }));
  const impact = impactOf(commit, files, message, compiled);
  const complianceReasons = complianceOf(impact, message, compiled);
  const shared = {
    compliance: [...new Set(complianceReasons.map(({ framework }) => framework))],
    complianceReasons,
    riskModel: policy.riskModel,
  };
  const areFilesKnown = commit.files.length > 0 || commit.filesComplete === true || commit.isMerge === true;
  if (!areFilesKnown && impact.concerns.length === 0) {
    const reason = 'Which files the commit changes is unknown, and its message declares nothing.';
    return { status: 'unscored', reason, riskFactors: [], ...shared };
  }

  const factors: RawFactor[] = [];
  let likelihood = 0;
  if (areFilesKnown) {
    const { probability, base, features, shares } = likelihoodOf(commit, files, message, compiled, history);
    likelihood = probability;
    factors.push({
      id: 'likelihood.base',
      half: 'likelihood',
      description:
        commit.files.length === 0 ? 'Changes no file.' : `Changes ${count(commit.files.length, 'file')}.`,
      evidence: [],
      thousandths: base * 1000,
    });
    features.forEach(({ feature, description, evidence }, i) => {
      factors.push({
        id: `likelihood.${feature}`,
        half: 'likelihood',
        description,
        evidence: boundedEvidence(evidence),
        thousandths: (shares[i] ?? 0) * 1000,
      });
    });
  }

  // Each concern takes its share of the certainty left; together they are one sum of logarithms, and each gets its part of it.
  const hazards = impact.concerns.map(({ weight }) => -Math.log1p(-weight));
  const hazard = hazards.reduce((sum, each) => sum + each, 0);
  const impactShare = 1 - Math.exp(-hazard);
  const riskScore = likelihood + (1 - likelihood) * impactShare;
  impact.concerns.forEach(({ id, description, evidence }, i) => {
    factors.push({
      id,
      half: 'impact',
      description,
      evidence: boundedEvidence(evidence),
      thousandths: ((riskScore - likelihood) * (hazards[i] ?? 0) * 1000) / hazard,
    });
  });

  const scoreThousandths = Math.round(riskScore * 1000);
  return {
    status: 'scored',
    riskScore: scoreThousandths / 1000,
    riskLevel: riskLevelOf(scoreThousandths / 1000, policy),
    likelihood: Math.round(likelihood * 1000) / 1000,
    impact: Math.round(impactShare * 1000) / 1000,
    riskFactors: roundedFactors(factors, scoreThousandths),
    ...shared,
  };
}

/** The level of a score under a policy. */
export function riskLevelOf(riskScore: number, policy: RiskPolicy): RiskLevel {
  const { medium, high, critical } = policy.levels;
  if (riskScore >= critical) return 'critical';
  if (riskScore >= high) return 'high';
  return riskScore >= medium ? 'medium' : 'low';
}

/** The lowest score of each level under a policy. */
export function levelThresholds(policy: RiskPolicy): Record<RiskLevel, number> {
  return { low: 0, ...policy.levels };
}

/** Rounds contributions so that they add up to the score exactly: what rounding leaves over goes to the largest remainders. */
function roundedFactors(factors: RawFactor[], scoreThousandths: number): RiskFactor[] {
  const rounded = factors.map(({ thousandths }) => Math.floor(thousandths));
  let left = scoreThousandths - rounded.reduce((sum, each) => sum + each, 0);
  const byRemainder = factors
    .map(({ thousandths }, i) => ({ i, remainder: thousandths - Math.floor(thousandths) }))
    .sort((a, b) => b.remainder - a.remainder);
  for (const { i } of byRemainder) {
    if (left <= 0) break;
    rounded[i] = (rounded[i] ?? 0) + 1;
    left--;
  }
  return factors
    .map(({ id, half, description, evidence }, i) => ({
      id,
      half,
      description,
      evidence,
      contribution: (rounded[i] ?? 0) / 1000,
    }))
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => b.contribution - a.contribution);
}
