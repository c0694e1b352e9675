import type { CompiledPolicy } from './compiledPolicy';
import { wordsOf } from './words';

/** What a message says that the policy asks for; each map goes from an id to the words that said it. */
export interface MessageFacts {
  areas: Map<string, string>;
  rules: Map<string, string>;
  combinations: Map<string, string>;
  frameworks: Map<string, string>;
  trailers: { key: string; value: string }[];
  /** The subject announces a repair. */
  isFix: boolean;
}

const messageCharactersMax = 100_000;
const trailerLine = /^([A-Za-z][A-Za-z0-9-]{0,59})[ \t]*:[ \t]*(\S.{0,200}?)[ \t]*\r?$/gm;

/** Reads a commit message with a compiled policy. Never throws, whatever the message holds. */
export function messageFacts(wholeMessage: string, compiled: CompiledPolicy): MessageFacts {
  const message = wholeMessage.slice(0, messageCharactersMax);
  const facts: MessageFacts = {
    areas: new Map(),
    rules: new Map(),
    combinations: new Map(),
    frameworks: new Map(),
    trailers: trailersOf(message, compiled),
    isFix: false,
  };
  const newline = message.indexOf('\n');
  const subjectWords = wordsOf(newline < 0 ? message : message.slice(0, newline));
  const bodyWords = newline < 0 ? [] : wordsOf(message.slice(newline));
  scanWords(subjectWords, true, facts, compiled);
  scanWords(bodyWords, false, facts, compiled);
  const lower = message.toLowerCase();
  for (const { rule, literal } of compiled.literals) {
    if (!facts.rules.has(rule) && lower.includes(literal)) facts.rules.set(rule, literal);
  }
  return facts;
}

function scanWords(words: string[], isSubject: boolean, facts: MessageFacts, compiled: CompiledPolicy): void {
  const { messageRules } = compiled.policy;
  const lastVerb = new Map<string, { phrase: string; end: number }>();
  compiled.messagePhrases.scan(words, ({ of, id }, phrase, start, end) => {
    switch (of) {
      case 'fix':
        if (isSubject) facts.isFix = true;
        break;
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
function trailersOf(message: string, { trailerKeys }: CompiledPolicy): MessageFacts['trailers'] {
  const found: MessageFacts['trailers'] = [];
  if (!message.includes(':')) return found;
  for (const [, name = '', value = ''] of message.matchAll(trailerLine)) {
    const key = trailerKeys.get(name.toLowerCase());
    if (key) found.push({ key, value });
  }
  return found;
}
