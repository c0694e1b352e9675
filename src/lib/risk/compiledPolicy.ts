import picomatch from 'picomatch';
import type { PathKind, RiskPolicy } from './policy';
import { PhraseIndex, wordsOf } from './words';

/** What a path's name tells: its kind, and the areas it belongs to with what gave each away. */
export interface PathFacts {
  kind: PathKind;
  areas: readonly { id: string; because: string }[];
  /** In lower case; what combinations look for. */
  words: readonly string[];
}

interface MessagePart {
  of: 'area' | 'rule' | 'verb' | 'object' | 'combination' | 'framework' | 'fix';
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

function matcher(globs: readonly string[]): (path: string) => boolean {
  return picomatch([...globs], { nocase: true, dot: true, noextglob: true });
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

function pathClassifier(policy: RiskPolicy): (path: string) => PathFacts {
  const kindMatchers = (['vendored', 'generated', 'test', 'docs'] as const).map((kind) => ({
    kind,
    matches: matcher(policy.kinds[kind]),
  }));
  const extensions = new Set(policy.sourceExtensions);
  const areas = Object.entries(policy.areas).map(([id, area]) => ({
    id,
    kinds: new Set<PathKind>(area.kinds ?? ['source', 'other']),
    globs: area.globs.map((glob) => ({ glob, matches: matcher([glob]) })),
  }));
  const areaWords = new PhraseIndex<string>();
  for (const [id, area] of Object.entries(policy.areas)) areaWords.add(area.words, id);

  function kindOf(path: string): PathKind {
    for (const { kind, matches } of kindMatchers) if (matches(path)) return kind;
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    const dot = name.lastIndexOf('.');
    return dot > 0 && extensions.has(name.slice(dot + 1)) ? 'source' : 'other';
  }

  return (wholePath) => {
    const path = wholePath.slice(-matchedPathCharactersMax).replace(/^\/+/, '');
    const kind = kindOf(path);
    const found = new Map<string, string>();
    for (const { id, kinds, globs } of areas) {
      if (!kinds.has(kind)) continue;
      const hit = globs.find(({ matches }) => matches(path));
      if (hit) found.set(id, 'its place');
    }
    const words = wordsOf(path);
    areaWords.scan(words, (id, phrase) => {
      const area = areas.find((each) => each.id === id);
      if (area?.kinds.has(kind) && !found.has(id)) found.set(id, `the word "${phrase}"`);
    });
    return { kind, areas: [...found].map(([id, because]) => ({ id, because })), words };
  };
}

/** Words that announce a repair; the subject's first line is what is looked at. */
const fixWords = [
  'fix',
  'fixes',
  'fixed',
  'fixing',
  'bug',
  'bugs',
  'bugfix',
  'defect',
  'hotfix',
  'regression',
  'crash',
  'npe',
  'null pointer',
];

function messageMatchers(policy: RiskPolicy): Omit<CompiledPolicy, 'policy' | 'pathFacts'> {
  const messagePhrases = new PhraseIndex<MessagePart>();
  messagePhrases.add(fixWords, { of: 'fix', id: 'fix' });
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
