import type { CommitFacts, FileFacts } from './commitFacts';
import type { ChangedFile, CompiledPolicy } from './compiledPolicy';
import { baseName } from './likelihood';
import type { MessageFacts } from './messageFacts';
import type { Framework } from './policy';

/** One reason for concern, whatever the likelihood of a fault. */
export interface Concern {
  id: string;
  description: string;
  evidence: string[];
  /** 0 to 0.95: the share of the certainty left that it takes away. */
  weight: number;
}

/** An area that a change touches, or that only its message speaks of. */
export interface AreaHit {
  id: string;
  title: string;
  weight: number;
  frameworks: readonly Framework[];
  /** The paths; empty where only the message speaks of it. */
  paths: string[];
  /** The words of the message. */
  said?: string;
}

/** What a change touches and what that weighs. */
export interface Impact {
  concerns: Concern[];
  areas: AreaHit[];
}

/** What the policy has to say about a change. */
export function impactOf(
  commit: CommitFacts,
  files: readonly ChangedFile[],
  message: MessageFacts,
  compiled: CompiledPolicy,
): Impact {
  const areas = areasOf(files, message, compiled);
  const concerns = [
    ...areaConcerns(areas, compiled),
    ...combinationConcerns(files, areas, message, compiled),
    ...messageConcerns(message, compiled),
    ...trailerConcerns(message, compiled),
    ...signalConcerns(commit, compiled),
    ...redactionConcerns(commit, compiled),
  ].filter(({ weight }) => weight > 0);
  return { concerns, areas };
}

function areasOf(files: readonly ChangedFile[], message: MessageFacts, compiled: CompiledPolicy): AreaHit[] {
  const pathsOf = new Map<string, string[]>();
  for (const { file, facts } of files) {
    for (const id of facts.areas) push(pathsOf, id, file.path);
    if (file.previousPath === undefined) continue;
    for (const id of compiled.pathFacts(file.previousPath).areas) {
      if (!facts.areas.includes(id)) push(pathsOf, id, `${file.previousPath} (renamed)`);
    }
  }
  for (const id of message.areas.keys()) if (!pathsOf.has(id)) pathsOf.set(id, []);
  return [...pathsOf].flatMap(([id, paths]) => {
    const area = compiled.policy.areas[id];
    return area ? { ...area, id, paths, said: message.areas.get(id) } : [];
  });
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The sentence of an area, the same in a factor and in the reason for a framework. */
export function areaSentence({ paths, title }: AreaHit): string {
  return `${paths.length > 0 ? 'Touches' : 'Speaks of'} ${title}.`;
}

/** What shows that an area is touched. */
export function areaEvidence({ paths, said }: AreaHit): string[] {
  return paths.length > 0 || said === undefined ? paths : [`message: "${said}"`];
}

function areaConcerns(areas: readonly AreaHit[], { policy }: CompiledPolicy): Concern[] {
  return areas.map((area) => ({
    id: `area.${area.id}`,
    description: areaSentence(area),
    evidence: areaEvidence(area),
    weight: area.paths.length > 0 ? area.weight : area.weight * policy.areasInMessageShare,
  }));
}

/** A path in the area whose name holds one of the words, or a path in the area and a message that holds one. */
function combinationConcerns(
  files: readonly ChangedFile[],
  areas: readonly AreaHit[],
  message: MessageFacts,
  { policy }: CompiledPolicy,
): Concern[] {
  const evidenceOf = new Map<string, string[]>();
  for (const [id, said] of message.combinations) {
    const isTouched = areas.some(
      (area) => area.id === policy.combinations[id]?.area && area.paths.length > 0,
    );
    if (isTouched) push(evidenceOf, id, `message: "${said}"`);
  }
  for (const { file, facts } of files) for (const id of facts.combinations) push(evidenceOf, id, file.path);
  return [...evidenceOf].flatMap(([id, evidence]) => {
    const combination = policy.combinations[id];
    if (!combination) return [];
    const description = `Brings together ${combination.title}.`;
    return { id: `combination.${id}`, description, evidence, weight: combination.weight };
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
  const known = [said, firstWord].find((each) => Object.hasOwn(values, each));
  return (known === undefined ? undefined : values[known]) ?? 0;
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
  const removed = removedFiles(commit, signalLimits.massDeletionFiles);
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

/** The files that were removed and not moved; none where they are fewer than so many. */
function removedFiles({ files }: CommitFacts, atLeast: number): FileFacts[] {
  const removed = files.filter(({ status }) => status === 'removed');
  if (removed.length < atLeast) return [];
  const added = new Set(files.filter(({ status }) => status === 'added').map(({ path }) => baseName(path)));
  return removed.filter(({ path }) => !added.has(baseName(path)));
}

/** Addresses of people who signed off or reviewed belong into a message. */
const signature = /^[\w-]{1,40}-by:.*$/gim;

function redactionConcerns(commit: CommitFacts, { policy: { redactions } }: CompiledPolicy): Concern[] {
  const kinds = new Set(commit.redactions);
  const mark = '[REDACTED:email]';
  const isSignedOnly = commit.message.includes(mark) && !commit.message.replace(signature, '').includes(mark);
  if (isSignedOnly) kinds.delete('email');
  return [...kinds].map((kind) => ({
    id: `redacted.${kind}`,
    description: `Its message held what must not be stored (${kind}); it was taken out.`,
    evidence: [],
    weight: (Object.hasOwn(redactions, kind) ? redactions[kind] : undefined) ?? redactions.other,
  }));
}
