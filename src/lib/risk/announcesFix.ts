import { PhraseIndex, wordsOf } from './words';

const repairs = new PhraseIndex<'repair' | 'else'>()
  .add(
    [
      ...[
        'fix',
        'fixes',
        'fixed',
        'fixing',
        'fixup',
        'bugfix',
        'hotfix',
        'bug',
        'bugs',
        'defect',
        'regression',
        'npe',
      ],
      ...[
        'crash',
        'crashes',
        'crashed',
        'crashing',
        'null pointer',
        'nullpointerexception',
        'deadlock',
        'memory leak',
      ],
    ],
    'repair',
  )
  .add(
    [
      ...[
        'typo',
        'typos',
        'spelling',
        'grammar',
        'format',
        'formatting',
        'whitespace',
        'indentation',
        'indent',
        'lint',
      ],
      ...[
        'linter',
        'linting',
        'eslint',
        'tslint',
        'checkstyle',
        'prettier',
        'javadoc',
        'comment',
        'comments',
        'bump',
      ],
    ],
    'else',
  );
const otherKindOfChange = /^(?:feat|chore|refactor|tests?|docs?|style|ci|build|perf)(?:\([^)]{0,80}\))?!?:/i;
const fixesIssue = /\b(?:fix|fixes|fixed|resolves)(?::\s{0,3}|\s{1,3})#\d+/i;
const bodyCharactersMax = 20_000;

/**
 * Whether a commit message announces the repair of a fault: its subject says so, or its body names the issue
 * that it fixes. Repairs of spelling, layout and lint, and changes that call themselves something else, are none.
 */
export function announcesFix(message: string): boolean {
  return subjectAnnouncesFix(message, wordsOf(subjectOf(message)));
}

/** The first line of a message. */
export function subjectOf(message: string): string {
  const newline = message.indexOf('\n');
  return newline < 0 ? message : message.slice(0, newline);
}

/** The same as `announcesFix`, for a caller that has the subject's words at hand. */
export function subjectAnnouncesFix(message: string, subjectWords: readonly string[]): boolean {
  const subject = subjectOf(message);
  if (otherKindOfChange.test(subject)) return false;
  let saysRepair = false;
  let saysElse = false;
  repairs.scan(subjectWords, (meaning) => {
    if (meaning === 'repair') saysRepair = true;
    else saysElse = true;
  });
  if (saysElse) return false;
  return saysRepair || fixesIssue.test(message.slice(subject.length, subject.length + bodyCharactersMax));
}
