import { createHash } from 'node:crypto';
import * as z from 'zod';
import { globBounds } from './globBounds';
import defaults from './policy.default.json';

/** The compliance frameworks a commit can be tagged with, in the order they are listed. */
export const frameworks = ['HIPAA', 'FDA', 'SOX', 'GDPR', 'PCI-DSS'] as const;
export const Framework = z.enum(frameworks);
export type Framework = z.infer<typeof Framework>;

/** What a path is, told by its name alone; `other` is configuration, data, build files and assets. */
export const pathKinds = ['source', 'test', 'docs', 'generated', 'vendored', 'other'] as const;
export const PathKind = z.enum(pathKinds);
export type PathKind = z.infer<typeof PathKind>;

/** The share of the certainty left that one reason for concern takes away: 0 is nothing, 0.95 the most. */
const Weight = z.number().min(0).max(0.95);
const Id = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'must be 1 to 40 letters, digits or dashes');
const Title = z.string().min(1).max(120);
const globAlternativesMax = 1000;
const globStarRunsMax = 3;
/** Bounded, so that no tenant's glob can keep the scoring busy. */
const Glob = z
  .string()
  .min(1)
  .max(2000)
  .refine((glob) => {
    const { alternatives, starRuns } = globBounds(glob);
    return alternatives <= globAlternativesMax && starRuns <= globStarRunsMax;
  }, `must be at most ${globAlternativesMax} globs when its braces are written out, each with at most ${globStarRunsMax} runs of *`);
/** One or more words in lower case, as they stand between other characters: "access control" also finds accessControl. */
const Phrase = z
  .string()
  .regex(/^[\p{Ll}\p{Lo}\p{N}]+( [\p{Ll}\p{Lo}\p{N}]+)*$/u, 'must be lower-case words')
  .max(80);
const Phrases = z.array(Phrase).max(500);
const Globs = z.array(Glob).max(200);
const Frameworks = z.array(Framework).max(frameworks.length);

const Area = z.strictObject({
  title: Title,
  weight: Weight,
  frameworks: Frameworks,
  /** Kinds of path that count; source and other unless told, so that documentation and tests do not. */
  kinds: z.array(PathKind).optional(),
  globs: Globs,
  words: Phrases,
});
const Combination = z.strictObject({ title: Title, weight: Weight, area: Id, words: Phrases });
const MessageRule = z.strictObject({
  title: Title,
  weight: Weight,
  /** Any of these phrases. */
  phrases: Phrases.optional(),
  /** Any of these exact strings, letter case apart. */
  literals: z.array(z.string().min(3).max(80)).max(100).optional(),
  /** Any of these verbs, followed by any of the objects with at most so many words between. */
  verbs: Phrases.optional(),
  objects: Phrases.optional(),
  wordsBetweenMax: z.int().min(0).max(10).optional(),
});
const TrailerKey = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,59}$/);
const Trailer = z.strictObject({
  values: z.record(z.string().min(1).max(40), Weight),
  frameworks: Frameworks,
});
const Levels = z.strictObject({
  medium: z.number().gt(0).lt(1),
  high: z.number().gt(0).lt(1),
  critical: z.number().gt(0).max(1),
});
const Signals = z.strictObject({
  forcePush: Weight,
  directToDefaultBranch: Weight,
  backDated: Weight,
  futureDated: Weight,
  unsigned: Weight,
  massDeletion: Weight,
});
/** By the kind of what was taken out of a message; `other` for kinds not listed. */
const Redactions = z.record(z.string().max(40), Weight).and(z.object({ other: Weight }));
/** `owner/name`, or `owner/*` for all of an owner. */
const SignedRepositories = z
  .array(
    z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*(\/\*)?$/, 'must be owner/name or owner/*')
      .max(300),
  )
  .max(500);
const SignalLimits = z.strictObject({
  backDatedDays: z.number().positive().max(3650),
  futureDatedMinutes: z.number().positive().max(525_600),
  massDeletionFiles: z.int().positive().max(100_000),
});
/** More of these never means less risk: the property that adding to a change cannot lower its score rests on it. */
const Rising = z.number().min(0).max(10);
const Likelihood = z.strictObject({
  intercept: z.number().min(-20).max(20),
  weights: z.strictObject({
    sourceLinesAdded: Rising,
    sourceFiles: Rising,
    isFix: Rising,
    isBot: z.number().min(-10).max(10),
    earlierFixes: Rising,
  }),
  /** How many source lines a file counts as whose lines are unknown; none where it was only moved or removed. */
  expectedLines: z.strictObject({
    added: z.number().min(0),
    modified: z.number().min(0),
    /** So many times that where the subject of the message speaks of more than usual ("Add", "Refactor"), or of less ("Remove", "typo"). */
    timesWhereMore: z.number().min(1).max(10),
    timesWhereLess: z.number().min(0.1).max(1),
  }),
});

/**
 * The whole policy as data: what `policy.default.json` holds, and what a tenant's overrides are merged into.
 * `docs/risk.md` explains it factor by factor.
 */
export const RiskPolicy = z
  .strictObject({
    /** Names the policy that made a score; stored beside it, so that a new policy can find what to score again. */
    riskModel: z.string().min(1).max(60),
    levels: Levels,
    likelihood: Likelihood,
    areas: z.record(Id, Area),
    /** What an area weighs when only the message speaks of it, as a share of its weight. */
    areasInMessageShare: z.number().min(0).max(1),
    combinations: z.record(Id, Combination),
    messageRules: z.record(Id, MessageRule),
    trailers: z.record(TrailerKey, Trailer),
    signals: Signals,
    signalLimits: SignalLimits,
    signedRepositories: SignedRepositories,
    redactions: Redactions,
    frameworkWords: z.record(Framework, Phrases),
    kinds: z.strictObject({ vendored: Globs, generated: Globs, test: Globs, docs: Globs }),
    sourceExtensions: z.array(z.string().regex(/^[a-z0-9]+$/)).max(500),
  })
  .refine(({ levels }) => levels.medium < levels.high && levels.high < levels.critical, {
    path: ['levels'],
    message: 'must rise from medium over high to critical',
  });
export type RiskPolicy = z.infer<typeof RiskPolicy>;

const AreaOverride = Area.partial().extend({ addGlobs: Globs.optional(), addWords: Phrases.optional() });

/**
 * What a tenant may say of its own: any part of the policy. A value or a list given replaces the default's;
 * `addGlobs` and `addWords` of an area add to it; a new area needs every field.
 */
export const RiskPolicyOverrides = z.strictObject({
  levels: Levels.partial().optional(),
  likelihood: z
    .strictObject({
      intercept: Likelihood.shape.intercept.optional(),
      weights: Likelihood.shape.weights.partial().optional(),
      expectedLines: Likelihood.shape.expectedLines.partial().optional(),
    })
    .optional(),
  areas: z.record(Id, AreaOverride).optional(),
  areasInMessageShare: z.number().min(0).max(1).optional(),
  combinations: z.record(Id, Combination.partial()).optional(),
  messageRules: z.record(Id, MessageRule.partial()).optional(),
  trailers: z.record(TrailerKey, Trailer.partial()).optional(),
  signals: Signals.partial().optional(),
  signalLimits: SignalLimits.partial().optional(),
  signedRepositories: SignedRepositories.optional(),
  redactions: z.record(z.string().max(40), Weight).optional(),
  frameworkWords: z.partialRecord(Framework, Phrases).optional(),
  kinds: z.strictObject({ vendored: Globs, generated: Globs, test: Globs, docs: Globs }).partial().optional(),
  sourceExtensions: RiskPolicy.shape.sourceExtensions.optional(),
});
export type RiskPolicyOverrides = z.infer<typeof RiskPolicyOverrides>;

/**
 * The shipped policy. Its weights are learnt by `npm run bench -- risk-learn`. A test holds it against the schema, so that no
 * cold start has to.
 */
export const defaultRiskPolicy: RiskPolicy = deepFreeze(defaults as RiskPolicy);

/**
 * The policy of a tenant: `base` with the overrides laid over it, and a `riskModel` that names both, so that
 * equal overrides give equal names. Throws the `ZodError` that names every wrong place.
 */
export function mergeRiskPolicy(base: RiskPolicy, overrides?: unknown): RiskPolicy {
  const given = RiskPolicyOverrides.parse(overrides ?? {});
  if (Object.keys(given).length === 0) return base;
  const merged = overlay(base, given) as RiskPolicy & { areas: Record<string, Record<string, unknown>> };
  for (const area of Object.values(merged.areas)) {
    for (const [from, to] of [
      ['addGlobs', 'globs'],
      ['addWords', 'words'],
    ] as const) {
      if (area[from])
        area[to] = [...new Set([...((area[to] as string[]) ?? []), ...(area[from] as string[])])];
      delete area[from];
    }
  }
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(given)))
    .digest('hex')
    .slice(0, 8);
  return RiskPolicy.parse({ ...merged, riskModel: `${base.riskModel}+${digest}` });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function overlay(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isPlainObject(over)) return over;
  const under = isPlainObject(base) ? base : {};
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, overlay(under[key], over[key])]));
}

function sorted(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
