import type { FileFacts } from './commitFacts';
import { GlobIndex } from './globIndex';
import { type PathKind, pathKinds, type RiskPolicy } from './policy';
import { PhraseIndex, wordsOf } from './words';

/** What a path's name tells: its kind, the areas it belongs to, and the combinations that it makes up by itself. */
export interface PathFacts {
  kind: PathKind;
  areas: readonly string[];
  combinations: readonly string[];
}

/** A changed file, with what its path tells. */
export interface ChangedFile {
  file: FileFacts;
  facts: PathFacts;
}

interface MessagePart {
  of: 'area' | 'rule' | 'verb' | 'object' | 'combination' | 'framework';
  id: string;
}

/** A policy made ready to score with: globs and phrases compiled once. */
export interface CompiledPolicy {
  policy: RiskPolicy;
  pathFacts(path: string): PathFacts;
  messagePhrases: PhraseIndex<MessagePart>;
  /** Finds any literal of a message rule. */
  literals: RegExp;
  /** The rule of each literal, which is in lower case. */
  ruleOfLiteral: ReadonlyMap<string, string>;
  /** Finds the lines of a message that begin with a trailer of the policy. */
  trailerLines: RegExp;
  /** Trailer keys in lower case to the keys as the policy spells them. */
  trailerKeys: ReadonlyMap<string, string>;
}

/** Paths remembered for each policy; repositories touch the same files over and over. */
const rememberedPathsMax = 20_000;

const compiled = new WeakMap<RiskPolicy, CompiledPolicy>();

/** Compiles a policy, or gives back what it was compiled to before. */
export function compilePolicy(policy: RiskPolicy): CompiledPolicy {
  let result = compiled.get(policy);
  if (!result) {
    result = compile(policy);
    compiled.set(policy, result);
  }
  return result;
}

function compile(policy: RiskPolicy): CompiledPolicy {
  const remembered = new Map<string, PathFacts>();
  const classify = pathClassifier(policy);
  return {
    policy,
    pathFacts(path) {
      let facts = remembered.get(path);
      if (!facts) {
        facts = classify(path);
        if (remembered.size >= rememberedPathsMax) remembered.clear();
        remembered.set(path, facts);
      }
      return facts;
    },
    ...messageMatchers(policy),
  };
}

/** Kinds told by globs, the first that matches, with what marks them among the areas (no area's id holds a colon). */
const globKinds = (['vendored', 'generated', 'test', 'docs'] as const).map((kind) => ({
  kind,
  mark: `kind:${kind}`,
}));

function pathClassifier(policy: RiskPolicy): (path: string) => PathFacts {
  const extensions = new Set(policy.sourceExtensions);
  const globs = new GlobIndex<string>();
  const areaWords = new PhraseIndex<string>();
  const combinationWords = new PhraseIndex<string>();
  const kindsOf = new Map<string, ReadonlySet<PathKind>>();
  for (const { kind, mark } of globKinds) globs.add(policy.kinds[kind], mark);
  for (const [id, area] of Object.entries(policy.areas)) {
    globs.add(area.globs, id);
    areaWords.add(area.words, id);
    kindsOf.set(id, new Set(area.kinds ?? ['source', 'other']));
  }
  for (const [id, { words }] of Object.entries(policy.combinations)) combinationWords.add(words, id);

  const shared = sharing();

  return (wholePath) => {
    const path = wholePath.replace(/^\/+/, '');
    const matched = globs.match(path);
    const kind = globKinds.find(({ mark }) => matched.has(mark))?.kind ?? kindByExtension(path, extensions);
    const areas = new Set<string>();
    const addArea = (id: string) => {
      if (kindsOf.get(id)?.has(kind)) areas.add(id);
    };
    for (const id of matched) addArea(id);
    const words = wordsOf(path);
    areaWords.scan(words, addArea);
    if (areas.size === 0) return ofNoArea[kind];
    const combinations = new Set<string>();
    combinationWords.scan(words, (id) => {
      if (areas.has(policy.combinations[id]?.area ?? '')) combinations.add(id);
    });
    return shared({ kind, areas: [...areas], combinations: [...combinations] });
  };
}

const ofNoArea = Object.fromEntries(
  pathKinds.map((kind) => [kind, { kind, areas: [], combinations: [] }]),
) as unknown as Record<PathKind, PathFacts>;

/** One object for all paths that tell the same: there are few kinds of answer, and many paths. */
function sharing(): (facts: PathFacts) => PathFacts {
  const known = new Map<string, PathFacts>();
  return (facts) => {
    const key = `${facts.kind} ${facts.areas} ${facts.combinations}`;
    const before = known.get(key);
    if (!before) known.set(key, facts);
    return before ?? facts;
  };
}

function kindByExtension(path: string, sourceExtensions: ReadonlySet<string>): PathKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  return dot > 0 && sourceExtensions.has(name.slice(dot + 1)) ? 'source' : 'other';
}

function messageMatchers(policy: RiskPolicy): Omit<CompiledPolicy, 'policy' | 'pathFacts'> {
  const messagePhrases = new PhraseIndex<MessagePart>();
  for (const [id, area] of Object.entries(policy.areas)) messagePhrases.add(area.words, { of: 'area', id });
  for (const [id, words] of Object.entries(policy.frameworkWords))
    messagePhrases.add(words, { of: 'framework', id });
  for (const [id, { words }] of Object.entries(policy.combinations)) {
    messagePhrases.add(words, { of: 'combination', id });
  }
  const ruleOfLiteral = new Map<string, string>();
  for (const [id, rule] of Object.entries(policy.messageRules)) {
    messagePhrases.add(rule.phrases ?? [], { of: 'rule', id });
    messagePhrases.add(rule.verbs ?? [], { of: 'verb', id });
    messagePhrases.add(rule.objects ?? [], { of: 'object', id });
    for (const literal of rule.literals ?? []) ruleOfLiteral.set(literal.toLowerCase(), id);
  }
  const trailerKeys = new Map(Object.keys(policy.trailers).map((key) => [key.toLowerCase(), key]));
  return {
    messagePhrases,
    literals: anyOf([...ruleOfLiteral.keys()], (list) => list),
    ruleOfLiteral,
    trailerKeys,
    trailerLines: anyOf([...trailerKeys.keys()], (list) => `^${list}[ \\t]*:.+$`),
  };
}

/** Matches any of the texts, letter case apart; nothing where there are none. */
function anyOf(texts: readonly string[], around: (list: string) => string): RegExp {
  const escaped = texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(escaped.length > 0 ? around(`(?:${escaped.join('|')})`) : '(?!)', 'gim');
}
