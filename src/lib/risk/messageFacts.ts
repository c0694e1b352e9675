import { type AnnouncedSize, announcedSizeOf } from './announcedSize';
import { subjectAnnouncesFix, subjectOf } from './announcesFix';
import type { CompiledPolicy } from './compiledPolicy';
import { wordsOf } from './words';

/** What a message says that the policy asks for; each map goes from an id to the words that said it. */
export interface MessageFacts {
  areas: Map<string, string>;
  rules: Map<string, string>;
  combinations: Map<string, string>;
  frameworks: Map<string, string>;
  trailers: { key: string; value: string }[];
  /** It announces the repair of a fault. */
  isFix: boolean;
  /** Whether its subject speaks of a larger change than usual, or a smaller one. */
  announcedSize: AnnouncedSize;
}

const messageCharactersMax = 100_000;
const redactionMark = /\[REDACTED:[\w-]{1,40}\]/g;
const trailerValueCharactersMax = 200;

/** Reads a commit message with a compiled policy. Never throws, whatever the message holds. */
export function messageFacts(wholeMessage: string, compiled: CompiledPolicy): MessageFacts {
  // What was taken out of a message is told by its kind alone, not by the words of the mark that stands in its place.
  const whole = wholeMessage.slice(0, messageCharactersMax).replaceAll(redactionMark, ' ');
  const trailers = trailersOf(whole, compiled);
  // A trailer is read as a trailer alone: "HIPAA: not applicable" speaks of nothing.
  const message = trailers.length > 0 ? whole.replaceAll(compiled.trailerLines, ' ') : whole;
  const subject = subjectOf(message);
  const subjectWords = wordsOf(subject);
  const facts: MessageFacts = {
    areas: new Map(),
    rules: new Map(),
    combinations: new Map(),
    frameworks: new Map(),
    trailers,
    isFix: subjectAnnouncesFix(message, subjectWords),
    announcedSize: announcedSizeOf(subjectWords),
  };
  scanWords([...subjectWords, ...wordsOf(message.slice(subject.length))], facts, compiled);
  for (const said of message.match(compiled.literals) ?? []) {
    const rule = compiled.ruleOfLiteral.get(said.toLowerCase());
    if (rule !== undefined) keepFirst(facts.rules, rule, said);
  }
  return facts;
}

function scanWords(words: string[], facts: MessageFacts, compiled: CompiledPolicy): void {
  const { messageRules } = compiled.policy;
  const lastVerb = new Map<string, { phrase: string; end: number }>();
  compiled.messagePhrases.scan(words, ({ of, id }, phrase, start, end) => {
    switch (of) {
      case 'area':
        keepFirst(facts.areas, id, phrase);
        break;
      case 'combination':
        keepFirst(facts.combinations, id, phrase);
        break;
      case 'framework':
        keepFirst(facts.frameworks, id, phrase);
        break;
      case 'rule':
        keepFirst(facts.rules, id, phrase);
        break;
      case 'verb':
        lastVerb.set(id, { phrase, end });
        break;
      case 'object': {
        const verb = lastVerb.get(id);
        const between = verb ? start - verb.end : -1;
        if (verb && between >= 0 && between <= (messageRules[id]?.wordsBetweenMax ?? 0)) {
          keepFirst(facts.rules, id, `${verb.phrase} ... ${phrase}`);
        }
        break;
      }
    }
  });
}

function keepFirst(map: Map<string, string>, id: string, phrase: string): void {
  if (!map.has(id)) map.set(id, phrase);
}

/** The trailers that the policy knows, wherever in the message they stand: a declaration can only raise. */
function trailersOf(
  message: string,
  { trailerKeys, trailerLines }: CompiledPolicy,
): MessageFacts['trailers'] {
  const found: MessageFacts['trailers'] = [];
  for (const line of message.match(trailerLines) ?? []) {
    const colon = line.indexOf(':');
    const key = trailerKeys.get(line.slice(0, colon).trim().toLowerCase());
    if (key)
      found.push({
        key,
        value: line
          .slice(colon + 1)
          .trim()
          .slice(0, trailerValueCharactersMax),
      });
  }
  return found;
}
