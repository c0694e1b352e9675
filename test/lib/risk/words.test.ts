import { PhraseIndex, wordsOf } from '../../../src/lib/risk/words';

describe('wordsOf', () => {
  it.each([
    ['src/auth/requireAuth.ts', ['src', 'auth', 'require', 'auth', 'ts']],
    ['HL7Message_parser', ['hl7', 'message', 'parser']],
    ['PHIExport', ['phi', 'export']],
    ['access-control', ['access', 'control']],
    ['Österreich übt', ['österreich', 'übt']],
    ['21 CFR Part 11', ['21', 'cfr', 'part', '11']],
    ['graphics', ['graphics']],
    ['', []],
  ])('cuts %j where its words end', (text, words) => expect(wordsOf(text)).toEqual(words));
});

describe('PhraseIndex', () => {
  it('finds phrases of several words, and only whole ones', () => {
    const index = new PhraseIndex<string>().add(['access control', 'access', 'constructor'], 'x');
    const found: string[] = [];
    index.scan(wordsOf('no access to the accessControl of x'), (_, phrase, start, end) =>
      found.push(`${phrase} ${start}-${end}`),
    );
    expect(found).toEqual(['access 1-2', 'access control 4-6', 'access 4-5']);
  });
});
