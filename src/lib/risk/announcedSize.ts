import { PhraseIndex } from './words';

/** What the subject of a message says of the size of a change: the words that speak of more than usual, and of less. */
export interface AnnouncedSize {
  more?: string;
  less?: string;
}

/**
 * Words whose commits add more source lines, or fewer, than others that touch as many files: chosen by counted lines in nine projects
 * of seven languages (docs/risk.md), without a look at what was faulty.
 */
const sizes = new PhraseIndex<'more' | 'less'>()
  .add(
    [
      ...['add', 'adds', 'added', 'adding', 'new', 'initial'],
      ...['support', 'supports', 'supporting', 'supported'],
      ...['implement', 'implements', 'implemented', 'implementing', 'implementation'],
      ...['introduce', 'introduces', 'introduced', 'introducing'],
      ...['improve', 'improves', 'improved', 'improving', 'improvements'],
      ...['extend', 'extends', 'extended', 'handle', 'handles', 'handling'],
      ...['refactor', 'refactors', 'refactored', 'refactoring'],
      ...['rewrite', 'rewrites', 'rewritten', 'rework', 'reworked', 'convert', 'converted', 'ported'],
      // It does more than one thing.
      'and',
    ],
    'more',
  )
  .add(
    [
      ...['remove', 'removes', 'removed', 'removing', 'unused', 'obsolete'],
      ...['deprecate', 'deprecates', 'deprecated', 'revert', 'reverts', 'reverted'],
      ...['typo', 'typos', 'spelling', 'comment', 'comments', 'minor', 'trivial'],
      ...['rename', 'renames', 'renamed', 'renaming', 'version', 'bump', 'release', 'warning', 'warnings'],
    ],
    'less',
  );

/** Reads the words of a subject. */
export function announcedSizeOf(subjectWords: readonly string[]): AnnouncedSize {
  const announced: AnnouncedSize = {};
  sizes.scan(subjectWords, (size, phrase) => {
    announced[size] ??= phrase;
  });
  return announced;
}
