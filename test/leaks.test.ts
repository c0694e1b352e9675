import { leaksIn } from './leaks';

// The other tests end with this scan of their logs; here it is shown to find what it looks for.

const stored = {
  messages: ['fix(auth): let nobody in without a role\n\nSigned-off-by: Ann'],
  people: ['Ann Surname-Long'],
  paths: ['src/patients/export.ts', 'README.md'],
};

it.each([
  ['delivery of ann.b+c@clinic.example failed', 'an e-mail address'],
  ['caller eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'a JSON Web Token'],
  [`env GITHUB=ghp_${'a1'.repeat(18)}`, 'a token of GitHub'],
  ['-----BEGIN RSA PRIVATE KEY-----', 'a private key'],
  [`x-hub-signature-256: sha256=${'0a'.repeat(32)}`, 'a signature of a webhook'],
  ['authorization: Bearer abcdefghij', 'a bearer token'],
  ['AccountEndpoint=http://localhost:8081;AccountKey=x', 'a key of an account'],
  ['refused: fix(auth): let nobody in without a role', 'a commit message'],
  ['by Ann Surname-Long', 'a person'],
  ['changed src/patients/export.ts', 'a path'],
])('finds in "%s" %s', (text, what) => {
  expect(leaksIn(`before ${text} after`, stored)).toEqual([expect.stringMatching(`^${what}: `)]);
});

it('lets pass what a log is made of', () => {
  expect(
    leaksIn(
      '[2025-01-15T10:00:00.000Z] POST /api/v1/tenants/t1/commits 201 in 12 ms by github:ann\nREADME.md @azure/functions 4.16.0',
      stored,
    ),
  ).toEqual([]);
});
