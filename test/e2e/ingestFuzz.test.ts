import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { pushExamples } from '../pushExamples';
import { poll, type RunningStack, startStackForSuite } from './runningStack';
import { sendPush, untilInboxIsEmpty } from './signedPush';

// Mutated payloads, rightly signed: each gets a documented answer, whatever is in it. GITOPS_FUZZ sets how many (20000).

const count = Number(process.env.GITOPS_FUZZ ?? 2_000);
const seed = Number(process.env.GITOPS_FUZZ_SEED ?? Date.now() % 1_000_000);
/** Stands in every payload; must stand in no log. */
const marker = 'zebra7quartz';

let stack: RunningStack;

startStackForSuite((started) => {
  stack = started;
});

function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(seed);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const hostile: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  ' ',
  '\u0000',
  '\ud83d',
  '\u202e\u0007',
  '../../etc/passwd',
  "'; DROP TABLE c; --",
  '<script>alert(1)</script>',
  '{{7*7}}',
  '__proto__',
  'refs/heads/\u0000',
  'refs/tags/v1',
  'refs/heads/ünïcode/分支',
  '0'.repeat(40),
  'f'.repeat(64),
  'x'.repeat(10_000),
  'é'.repeat(5_000),
  '1969-12-31T23:59:59Z',
  '2106-02-07T06:28:16Z',
  '2025-13-45T99:99:99Z',
  '2025-01-15',
  '+275760-09-13T00:00:00.000Z',
  [],
  {},
  [null],
  [[[[[[]]]]]],
  { toString: 1, constructor: { prototype: {} } },
  [{ id: 'f'.repeat(40), message: null, timestamp: null, author: null, committer: null, added: null }],
];

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, member] of Object.entries(value)) {
    found.push({ holder: value as Record<string, unknown>, key });
    placesIn(member, found);
  }
  return found;
}

const template = pushExamples.find(({ commits }) => commits.length > 0);

function payload(): Record<string, unknown> {
  const base = structuredClone(random() < 0.8 ? template : pick(pushExamples)) as unknown as Record<
    string,
    unknown
  >;
  const hash = () => Array.from({ length: 40 }, () => pick([...'0123456789abcdef'])).join('');
  const commits = Array.from({ length: Math.floor(random() * 4) }, () => ({
    ...template?.commits[0],
    id: hash(),
    message: `${marker} ${pick(['fix', 'feat', 'Merge', 'Revert'])}\n\nCo-authored-by: Zoë <${marker}@example.org>`,
    added: [`src/${marker}/pfad-ü.ts`],
  }));
  return { ...base, commits, before: hash(), after: hash() };
}

function mutated(): Buffer {
  const value = payload();
  for (let times = Math.ceil(random() * 4); times > 0; times--) {
    const { holder, key } = pick(placesIn(value));
    if (random() < 0.3) delete holder[key];
    else holder[key] = structuredClone(pick(hostile));
  }
  const bytes = Buffer.from(JSON.stringify(value));
  const how = random();
  if (how < 0.7) return bytes;
  if (how < 0.8) return bytes.subarray(0, Math.floor(random() * bytes.length));
  for (let times = Math.ceil(random() * 5); times > 0; times--)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

const oddHeaders: Record<string, string>[] = [
  { 'x-github-event': 'ping' },
  { 'x-github-event': 'x'.repeat(500) },
  { 'x-github-delivery': '../up' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'text/plain; charset=ebcdic' },
  { 'x-request-id': 'a\tb' },
  { 'x-hub-signature-256': 'sha256=' },
];

/** What the documentation of the route says: taken, ignored, not valid, not signed, another type. */
const documented = new Set([200, 202, 400, 401, 415]);

it(`gives ${count} mutated payloads their documented answers, crashes on none, and logs nothing of them (seed ${seed})`, async () => {
  const limit = pLimit(16);
  const answers = new Map<number, number>();
  const wrong: string[] = [];
  await Promise.all(
    Array.from({ length: count }, () => {
      const body = mutated();
      const headers = random() < 0.1 ? pick(oddHeaders) : {};
      return limit(async () => {
        const answer = await sendPush(stack, body, { headers });
        const text = await answer.text();
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
        if (!documented.has(answer.status)) wrong.push(`${answer.status} ${body.toString('base64')}`);
        if (text.includes(marker)) wrong.push(`echoed: ${text}`);
      });
    }),
  );
  expect(wrong).toEqual([]);
  // Both sides of the border were walked on.
  expect(Math.min(answers.get(202) ?? 0, answers.get(400) ?? 0)).toBeGreaterThan(count / 20);

  expect(await untilInboxIsEmpty(stack, 1_800_000)).toMatchObject({ failed: 0 });
  const report = await poll(async () => {
    const answer = (await (await stack.call('/audit/verify')).json()) as {
      valid: boolean;
      problems: unknown[];
      notes: { kind: string }[];
    };
    return answer.notes.some(({ kind }) => kind === 'pending') ? undefined : answer;
  }, 600_000);
  expect(report).toMatchObject({ valid: true, problems: [] });
  expect(await readFile(join(stack.dataDirectory, 'host.log'), 'utf8')).not.toContain(marker);
  expect(stack.output()).not.toContain(marker);
}, 3_600_000);
