import { ZodError } from 'zod';
import {
  type CommitFacts,
  defaultRiskPolicy,
  levelThresholds,
  mergeRiskPolicy,
  RiskPolicy,
  riskLevelOf,
  scoreCommit,
} from '../../../src/lib/risk';

const commit: CommitFacts = { message: 'x', files: [{ path: 'modules/radiology/viewer.ts', linesAdded: 3 }] };

/** The places that a refusal names; none where the overrides are taken. */
function placesRefused(overrides: unknown): string[] {
  try {
    mergeRiskPolicy(defaultRiskPolicy, overrides);
    return [];
  } catch (error) {
    if (error instanceof ZodError) return error.issues.map(({ path }) => path.join('.'));
    throw error;
  }
}

describe('the risk policy', () => {
  it('fits its schema, and loses nothing by it', () => {
    expect(RiskPolicy.parse(defaultRiskPolicy)).toEqual(defaultRiskPolicy);
  });

  it('puts each threshold into the level that it opens', () => {
    expect(levelThresholds(defaultRiskPolicy)).toEqual({ low: 0, medium: 0.4, high: 0.7, critical: 0.9 });
    const levels = [0, 0.399, 0.4, 0.699, 0.7, 0.899, 0.9, 1].map((score) =>
      riskLevelOf(score, defaultRiskPolicy),
    );
    expect(levels).toEqual(['low', 'low', 'medium', 'medium', 'high', 'high', 'critical', 'critical']);
  });

  it('cannot be changed by who reads it', () => {
    expect(() => Object.assign(defaultRiskPolicy.areas.phi ?? {}, { weight: 0 })).toThrow(TypeError);
  });
});

describe('mergeRiskPolicy', () => {
  it('gives back the default where nothing is overridden', () => {
    expect(mergeRiskPolicy(defaultRiskPolicy)).toBe(defaultRiskPolicy);
    expect(mergeRiskPolicy(defaultRiskPolicy, {})).toBe(defaultRiskPolicy);
  });

  it('adds a folder and a word to an area and keeps the rest', () => {
    const policy = mergeRiskPolicy(defaultRiskPolicy, {
      areas: { phi: { addGlobs: ['modules/radiology/**'], addWords: ['radiograph'], weight: 0.5 } },
    });
    expect(policy.areas.phi?.words).toEqual([...(defaultRiskPolicy.areas.phi?.words ?? []), 'radiograph']);
    expect(policy.areas.auth).toEqual(defaultRiskPolicy.areas.auth);
    expect(scoreCommit(commit, defaultRiskPolicy).compliance).toEqual([]);
    const { compliance, riskLevel, riskModel } = scoreCommit(commit, policy);
    expect({ compliance, riskLevel }).toEqual({ compliance: ['HIPAA', 'GDPR'], riskLevel: 'medium' });
    expect(riskModel).toBe(policy.riskModel);
  });

  it('names a policy after its overrides, whatever the order of their keys', () => {
    const one = mergeRiskPolicy(defaultRiskPolicy, {
      levels: { medium: 0.3, high: 0.6 },
      signals: { forcePush: 0.5 },
    });
    const two = mergeRiskPolicy(defaultRiskPolicy, {
      signals: { forcePush: 0.5 },
      levels: { high: 0.6, medium: 0.3 },
    });
    const other = mergeRiskPolicy(defaultRiskPolicy, { levels: { medium: 0.3 } });
    expect(one.riskModel).toBe(two.riskModel);
    expect(one.riskModel).toMatch(/^default-\d+\+[0-9a-f]{8}$/);
    expect(one.riskModel.split('+')[0]).toBe(defaultRiskPolicy.riskModel);
    expect(other.riskModel).not.toBe(one.riskModel);
  });

  it('makes a policy that is a whole policy by itself', () => {
    const merged = mergeRiskPolicy(defaultRiskPolicy, { areas: { phi: { addWords: ['chart'] } } });
    expect(RiskPolicy.parse(JSON.parse(JSON.stringify(merged)))).toEqual(merged);
  });

  it.each([
    ['a weight above its bound', { areas: { phi: { weight: 1 } } }, 'areas.phi.weight'],
    ['a setting that does not exist', { level: {} }, ''],
    ['a word that is no word', { areas: { phi: { addWords: ['Patient!'] } } }, 'areas.phi.addWords.0'],
    ['levels that do not rise', { levels: { medium: 0.95 } }, 'levels'],
    [
      'a new area without its title',
      { areas: { lab: { weight: 0.1, frameworks: [], globs: [], words: [] } } },
      'areas.lab.title',
    ],
    [
      'a framework that we do not know',
      { areas: { phi: { frameworks: ['ISO'] } } },
      'areas.phi.frameworks.0',
    ],
    ['a glob of many stars', { areas: { phi: { globs: ['*a*a*a*a*a*b'] } } }, 'areas.phi.globs.0'],
    [
      'a glob of a million globs',
      { areas: { phi: { addGlobs: ['{a,b}'.repeat(20)] } } },
      'areas.phi.addGlobs.0',
    ],
    [
      'a weight that would let more source lower a score',
      { likelihood: { weights: { sourceFiles: -1 } } },
      'likelihood.weights.sourceFiles',
    ],
    [
      'words of more that would count as less',
      { likelihood: { expectedLines: { timesWhereMore: 0.5 } } },
      'likelihood.expectedLines.timesWhereMore',
    ],
  ])('refuses %s and names the place', (_, overrides, place) => {
    expect(placesRefused(overrides)).toContain(place);
  });

  it('lets no key change what objects are', () => {
    const policy = mergeRiskPolicy(defaultRiskPolicy, JSON.parse('{"areas":{"__proto__":{"weight":0.9}}}'));
    expect(policy.areas).toEqual(defaultRiskPolicy.areas);
    expect(Object.getPrototypeOf(policy.areas)).toBe(Object.prototype);
  });

  it('names every wrong place at once', () => {
    const wrong = { levels: { high: 'x' }, signals: { unsigned: 2 }, areas: { phi: { weight: -1 } } };
    expect(placesRefused(wrong).sort()).toEqual(['areas.phi.weight', 'levels.high', 'signals.unsigned']);
  });
});
