import { toPosting } from '../../../cli/backfill/posting';
import type { GitCommit } from '../../../cli/git';
import { parseCommitInput } from '../../../src/lib/commit';

const person = { name: 'Ada', email: 'ada@example.org', timestamp: '2025-01-15T18:45:33-05:00' };
const commit = (part: Partial<GitCommit>): GitCommit => ({
  commitHash: 'a'.repeat(40),
  parents: [],
  author: person,
  committer: person,
  message: 'm',
  files: [],
  linesAdded: 0,
  linesDeleted: 0,
  ...part,
});
const parse = (part: Partial<GitCommit>) => {
  const posting = toPosting(commit(part), 'clinic/records', 'main');
  return { posting, parsed: parseCommitInput(JSON.parse(posting.json.toString()), 'tenant-001') };
};

describe('a commit as it is posted', () => {
  it.each([
    ['no author at all', { author: { ...person, name: '', email: '' } }, 'unknown'],
    ['a name and no address', { author: { ...person, email: '' } }, 'Ada'],
    ['a name of 10,000 letters', { author: { ...person, name: 'x'.repeat(10_000) } }, 'ada@example.org'],
    ['a message of two million letters', { message: 'x'.repeat(2_000_000) }, 'ada@example.org'],
    ['a merge of 900', { parents: Array.from({ length: 900 }, () => 'b'.repeat(40)) }, 'ada@example.org'],
  ])('is taken by the API with %s', (_, part, author) => {
    expect(parse(part).parsed.author).toBe(author);
  });

  it('of a message that is too long is cut, and says so', () => {
    expect(parse({ message: 'x'.repeat(2_000_000) }).posting.isCut).toBe(true);
    expect(parse({ message: 'x'.repeat(100_000) }).posting.isCut).toBe(false);
  });

  it('is sent in ASCII, and means the same', () => {
    const { posting, parsed } = parse({ message: 'Röntgen 放射 🚑' });
    expect(posting.json.every((byte) => byte < 0x80)).toBe(true);
    expect(parsed.message).toBe('Röntgen 放射 🚑');
  });

  it('is whole where its paths fit as UTF-8 alone, and fits a request where they do not', () => {
    const files = Array.from({ length: 200_000 }, (_, n) => ({
      path: `${'放射'.repeat(12)}${n}`,
      status: 'added' as const,
    }));
    expect(toPosting(commit({ files: files.slice(0, 150_000) }), 'r', 'main').isCut).toBe(false);
    const { isCut, json } = toPosting(commit({ files }), 'r', 'main');
    expect(isCut).toBe(true);
    expect(json.length).toBeLessThan(25_000_000);
  });

  it.each([
    ['more paths than the API takes', 210_000, 'p'],
    ['more bytes than a request holds', 150_000, 'a-rather-long-folder-name/'.repeat(6)],
  ])('of %s is cut to what fits, says so, and keeps the sums', (_, count, prefix) => {
    const files = Array.from({ length: count }, (_, n) => ({
      path: `${prefix}${n}`,
      status: 'added' as const,
      linesAdded: 1,
      linesDeleted: 0,
    }));
    const { posting, parsed } = parse({ files, linesAdded: count });
    expect(posting.isCut).toBe(true);
    expect(posting.json.length).toBeLessThan(25_000_000);
    expect(parsed.files.length).toBeLessThanOrEqual(200_000);
    expect(parsed.files.length).toBeGreaterThan(90_000);
    expect(parsed.files.map(({ path }) => path)).toEqual(
      files.slice(0, parsed.files.length).map(({ path }) => path),
    );
    expect(parsed.linesAdded).toBe(count);
  });
});
