import { GlobIndex } from './globIndex';
import type { PathKind, RiskPolicy } from './policy';
import { PhraseIndex, wordsOf } from './words';

/** What a path's name tells: its kind, the areas it belongs to, and the combinations that it makes up by itself. */
export interface PathFacts {
  kind: PathKind;
  areas: readonly string[];
  combinations: readonly string[];
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
  literals: readonly { rule: string; literal: string }[];
  /** Trailer keys in lower case to the keys as the policy spells them. */
  trailerKeys: ReadonlyMap<string, string>;
}

/** Paths remembered for each policy; repositories touch the same files over and over. */
const rememberedPathsMax = 50_000;
/** What is matched of a longer path is its end, where the names that matter stand. */
const matchedPathCharactersMax = 512;

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

const globKinds = ['vendored', 'generated', 'test', 'docs'] as const;

function pathClassifier(policy: RiskPolicy): (path: string) => PathFacts {
  const extensions = new Set(policy.sourceExtensions);
  const globs = new GlobIndex<string>();
  const areaWords = new PhraseIndex<string>();
  const combinationWords = new PhraseIndex<string>();
  const kindsOf = new Map<string, ReadonlySet<PathKind>>();
  for (const kind of globKinds) globs.add(policy.kinds[kind], `kind:${kind}`);
  for (const [id, area] of Object.entries(policy.areas)) {
    globs.add(area.globs, id);
    areaWords.add(area.words, id);
    kindsOf.set(id, new Set(area.kinds ?? ['source', 'other']));
  }
  for (const [id, { words }] of Object.entries(policy.combinations)) combinationWords.add(words, id);

  return (wholePath) => {
    const path = wholePath.slice(-matchedPathCharactersMax).replace(/^\/+/, '');
    const matched = globs.match(path);
    const kind = globKinds.find((each) => matched.has(`kind:${each}`)) ?? kindByExtension(path, extensions);
    const areas = new Set<string>();
    const addArea = (id: string) => {
      if (kindsOf.get(id)?.has(kind)) areas.add(id);
    };
    for (const id of matched) addArea(id);
    const words = wordsOf(path);
    areaWords.scan(words, addArea);
    const combinations = new Set<string>();
    combinationWords.scan(words, (id) => {
      if (areas.has(policy.combinations[id]?.area ?? '')) combinations.add(id);
    });
    return { kind, areas: [...areas], combinations: [...combinations] };
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
  const literals: { rule: string; literal: string }[] = [];
  for (const [id, rule] of Object.entries(policy.messageRules)) {
    messagePhrases.add(rule.phrases ?? [], { of: 'rule', id });
    messagePhrases.add(rule.verbs ?? [], { of: 'verb', id });
    messagePhrases.add(rule.objects ?? [], { of: 'object', id });
    for (const literal of rule.literals ?? []) literals.push({ rule: id, literal: literal.toLowerCase() });
  }
  const trailerKeys = new Map(Object.keys(policy.trailers).map((key) => [key.toLowerCase(), key]));
  return { messagePhrases, literals, trailerKeys };
}
