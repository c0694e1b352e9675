import type { CommitFacts } from './commitFacts';
import type { CompiledPolicy } from './compiledPolicy';
import type { MessageFacts } from './messageFacts';

/** One reason for concern, whatever the likelihood of a fault. */
export interface Concern {
  id: string;
  description: string;
  evidence: string[];
  /** 0 to 0.95: the share of the certainty left that it takes away. */
  weight: number;
}

/** What a change touches, by area, and the frameworks that follow. */
export interface Impact {
  concerns: Concern[];
  /** The paths of each area. */
  areaPaths: Map<string, string[]>;
}

/** What the policy has to say about a change. */
export function impactOf(commit: CommitFacts, message: MessageFacts, compiled: CompiledPolicy): Impact {
  const areaPaths = areasOf(commit, compiled);
  const concerns = [
    ...areaConcerns(areaPaths, message, compiled),
    ...combinationConcerns(commit, areaPaths, message, compiled),
    ...messageConcerns(message, compiled),
    ...trailerConcerns(message, compiled),
    ...signalConcerns(commit, compiled),
    ...redactionConcerns(commit, compiled),
  ].filter(({ weight }) => weight > 0);
  return { concerns, areaPaths };
}

function areasOf(commit: CommitFacts, compiled: CompiledPolicy): Map<string, string[]> {
  const areaPaths = new Map<string, string[]>();
  for (const { path, previousPath } of commit.files) {
    const { areas } = compiled.pathFacts(path);
    const before = previousPath === undefined ? [] : compiled.pathFacts(previousPath).areas;
    for (const id of areas) push(areaPaths, id, path);
    for (const id of before) {
      if (!areas.includes(id)) push(areaPaths, id, `${previousPath} (renamed)`);
    }
  }
  return areaPaths;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function areaConcerns(
  areaPaths: Map<string, string[]>,
  message: MessageFacts,
  { policy }: CompiledPolicy,
): Concern[] {
  return Object.entries(policy.areas).flatMap(([id, area]) => {
    const paths = areaPaths.get(id);
    const said = message.areas.get(id);
    if (paths) {
      return {
        id: `area.${id}`,
        description: `Touches ${area.title}.`,
        evidence: paths,
        weight: area.weight,
      };
    }
    if (said === undefined) return [];
    const weight = area.weight * policy.areasInMessageShare;
    return {
      id: `area.${id}`,
      description: `Speaks of ${area.title}.`,
      evidence: [`message: "${said}"`],
      weight,
    };
  });
}

/** A path in the area whose name holds one of the words, or a path in the area and a message that holds one. */
function combinationConcerns(
  commit: CommitFacts,
  areaPaths: Map<string, string[]>,
  message: MessageFacts,
  compiled: CompiledPolicy,
): Concern[] {
  const pathsOf = new Map<string, string[]>();
  for (const { path } of commit.files) {
    for (const id of compiled.pathFacts(path).combinations) push(pathsOf, id, path);
  }
  return Object.entries(compiled.policy.combinations).flatMap(([id, { area, title, weight }]) => {
    const said = message.combinations.get(id);
    const evidence = [...(pathsOf.get(id) ?? [])];
    if (said !== undefined && areaPaths.has(area)) evidence.unshift(`message: "${said}"`);
    return evidence.length > 0
      ? { id: `combination.${id}`, description: `Brings together ${title}.`, evidence, weight }
      : [];
  });
}

function messageConcerns(message: MessageFacts, { policy }: CompiledPolicy): Concern[] {
  return [...message.rules].flatMap(([id, said]) => {
    const rule = policy.messageRules[id];
    if (!rule) return [];
    return {
      id: `message.${id}`,
      description: `Its message ${rule.title}.`,
      evidence: [`message: "${said}"`],
      weight: rule.weight,
    };
  });
}

function trailerConcerns(message: MessageFacts, { policy }: CompiledPolicy): Concern[] {
  const strongest = new Map<string, Concern>();
  for (const { key, value } of message.trailers) {
    const weight = trailerWeight(policy.trailers[key]?.values ?? {}, value);
    if (weight <= (strongest.get(key)?.weight ?? 0)) continue;
    strongest.set(key, {
      id: `trailer.${key}`,
      description: `Declares ${key}: ${value}.`,
      evidence: [`${key}: ${value}`],
      weight,
    });
  }
  return [...strongest.values()];
}

/** The weight of a trailer's value: by its first word, so that "Direct (export)" is direct. */
export function trailerWeight(values: Record<string, number>, value: string): number {
  const said = value.toLowerCase();
  const firstWord = said.match(/^[\p{L}\p{N}-]+/u)?.[0] ?? '';
  return values[said] ?? (Object.hasOwn(values, firstWord) ? values[firstWord] : 0) ?? 0;
}

function signalConcerns(commit: CommitFacts, { policy }: CompiledPolicy): Concern[] {
  const { signals, signalLimits } = policy;
  const concerns: Concern[] = [];
  const add = (id: string, description: string, evidence: string[], weight: number) =>
    concerns.push({ id: `signal.${id}`, description, evidence, weight });
  if (commit.forced) add('forcePush', 'Came with a push that rewrote history.', [], signals.forcePush);
  if (commit.toDefaultBranch) {
    add(
      'directToDefaultBranch',
      'Was pushed straight to the default branch.',
      [],
      signals.directToDefaultBranch,
    );
  }
  if (commit.verified === false && commit.repositorySigns) {
    add('unsigned', 'Is not signed, where commits of this repository are.', [], signals.unsigned);
  }
  const ageMs = Date.parse(commit.receivedAt ?? '') - Date.parse(commit.timestamp ?? '');
  const dates = [`author's clock ${commit.timestamp}`, `received ${commit.receivedAt}`];
  if (ageMs > signalLimits.backDatedDays * 86_400_000 && !commit.isBackfill) {
    add('backDated', 'Is dated long before it was received.', dates, signals.backDated);
  }
  if (ageMs < -signalLimits.futureDatedMinutes * 60_000) {
    add('futureDated', 'Is dated after it was received.', dates, signals.futureDated);
  }
  const removed = commit.files.filter(({ status }) => status === 'removed');
  if (removed.length >= signalLimits.massDeletionFiles) {
    add(
      'massDeletion',
      `Deletes ${removed.length} files.`,
      removed.map(({ path }) => path),
      signals.massDeletion,
    );
  }
  return concerns;
}

function redactionConcerns(commit: CommitFacts, { policy: { redactions } }: CompiledPolicy): Concern[] {
  return [...new Set(commit.redactions)].map((kind) => ({
    id: `redacted.${kind}`,
    description: `Its message held what must not be stored (${kind}); it was taken out.`,
    evidence: [],
    weight: (Object.hasOwn(redactions, kind) ? redactions[kind] : undefined) ?? redactions.other,
  }));
}
