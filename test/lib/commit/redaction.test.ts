import fc from 'fast-check';
import { redact } from '../../../src/lib/commit';

// Assembled here, so that no scanner takes this file for a leak.
const githubToken = `ghp_${'aB3'.repeat(12)}`;
const awsKey = `AKIA${'ABCDEFGH23456723'}`;
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0In0', 'c2lnbmF0dXJl'].join('.');
const pem = `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIEow\n-----END RSA ${'PRIVATE'} KEY-----`;

describe('redaction', () => {
  it.each([
    ['ssn', 'patient 123-45-6789 merged', 'patient [REDACTED:ssn] merged'],
    ['ssn', 'SSN: 123456789', 'SSN: [REDACTED:ssn]'],
    ['mrn', 'fix record MRN: 00482913', 'fix record MRN: [REDACTED:mrn]'],
    ['mrn', 'medical record number 4829134 was shown', 'medical record number [REDACTED:mrn] was shown'],
    ['date-of-birth', 'DOB: 1980-02-03', 'DOB: [REDACTED:date-of-birth]'],
    ['phone', 'call (555) 234-5678 first', 'call [REDACTED:phone] first'],
    ['phone', 'call 555-234-5678', 'call [REDACTED:phone]'],
    ['phone', 'call +49 30 1234 5678 now', 'call [REDACTED:phone] now'],
    ['email', 'Signed-off-by: Ann <ann.o+x@clinic.example.org>', 'Signed-off-by: Ann <[REDACTED:email]>'],
    ['github-token', `uses ${githubToken} now`, 'uses [REDACTED:github-token] now'],
    ['aws-key', `key ${awsKey}.`, 'key [REDACTED:aws-key].'],
    [
      'aws-key',
      `aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'}`,
      'aws_secret_access_key = [REDACTED:aws-key]',
    ],
    ['azure-key', `AccountKey=${'Ab1+'.repeat(21)}Ab==;`, 'AccountKey=[REDACTED:azure-key];'],
    ['google-key', `AIza${'Sy0_-'.repeat(7)}`, '[REDACTED:google-key]'],
    ['slack-token', `xoxb-${'123456789012-abc'}`, '[REDACTED:slack-token]'],
    ['jwt', `token ${jwt} expired`, 'token [REDACTED:jwt] expired'],
    ['private-key', `add key\n${pem}\ndone`, 'add key\n[REDACTED:private-key]\ndone'],
    ['credential', 'password=hunter2hunter2', 'password=[REDACTED:credential]'],
    [
      'credential',
      'https://admin:s3cr3t@db.example.org/x',
      'https://admin:[REDACTED:credential]@db.example.org/x',
    ],
  ])('takes out a %s: %s', (kind, text, expected) => {
    expect(redact(text)).toEqual({ text: expected, kinds: [kind] });
  });

  it.each([
    ['a commit hash', 'reverts 4d92b490aaa2c4e8b1f0a5d6e7f8091a2b3c4d5e'],
    ['a date', 'release 2025-01-15'],
    ['a version', 'bump to 12.234.5678'],
    ['an issue number', 'fixes #5552345678'],
    ['a repository address', 'clone git@github.com:owner/name.git'],
    ['an image name', 'add logo@2x.png'],
    ['a scoped package', 'bump @types/node@20.19.43'],
    ['prose about passwords', 'password: required field in the form'],
    ['a ticket called MRN', 'MRN-123 add a field'],
    ['a serial number', 'part 123-45-67890'],
    ['an impossible SSN', 'code 000-12-3456'],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000'],
  ])('leaves %s alone', (_, text) => {
    expect(redact(text)).toEqual({ text, kinds: [] });
  });

  it('names several kinds, each once', () => {
    expect(redact('a@b.example.org c@d.example.org 123-45-6789').kinds.sort()).toEqual(['email', 'ssn']);
  });

  it('changes nothing more the second time', () => {
    const pieces = [
      '123-45-6789',
      'a@b.example.org',
      githubToken,
      pem,
      'password=abc12345',
      jwt,
      'text',
      '\n',
      ' ',
      '=',
      ':',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), (parts) => {
        const once = redact(parts.join(' ')).text;
        expect(redact(once).text).toBe(once);
      }),
    );
  });

  it.each([
    ['one word', 'a'.repeat(1_000_000)],
    ['at signs', 'a@'.repeat(500_000)],
    ['digits and dashes', '1-'.repeat(500_000)],
    ['dots', 'a.'.repeat(500_000)],
    ['beginnings of keys', '-----BEGIN '.repeat(100_000)],
    ['beginnings of tokens', 'eyJaaaaaaaa-'.repeat(80_000)],
    ['assignments', 'password='.repeat(100_000)],
  ])('finds nothing in %s, in linear time: a quadratic pattern would run into the time limit', (_, text) => {
    const { text: after, kinds } = redact(text);
    expect(kinds).toEqual([]);
    expect(after === text).toBe(true);
  });
});
