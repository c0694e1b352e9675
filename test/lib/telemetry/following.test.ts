import { type Attributes, allowedAttributes } from '../../../src/lib/telemetry/attributes';
import { following } from '../../../src/lib/telemetry/following';
import { recorder, type SpanRecord, type TelemetryRecord } from '../../../src/lib/telemetry/recorder';
import { currentScope, inScope, parseTraceparent } from '../../../src/lib/telemetry/traceContext';

const sent: TelemetryRecord[] = [];
const invocation = { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16) };
const trace = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;

/** What was recorded while `work` ran. */
async function spansOf(work: () => Promise<unknown>): Promise<SpanRecord[]> {
  sent.length = 0;
  await inScope(invocation, work).catch(() => {});
  recorder.flush();
  return sent as SpanRecord[];
}

beforeAll(() => recorder.start({ send: (records) => sent.push(...records) }));

it('joins the trace of the one cause, and links to the invocation', async () => {
  let inside: string | undefined;
  const spans = await spansOf(() =>
    following('auditCommit', [trace('1'), trace('1')], async () => {
      inside = currentScope()?.traceId;
    }),
  );
  expect(inside).toBe('1'.repeat(32));
  expect(spans).toMatchObject([
    { traceId: '1'.repeat(32), parentSpanId: '1'.repeat(16), links: [invocation], isFailure: false },
  ]);
});

it('gives each of several causes a span, and stays in the trace of the invocation', async () => {
  let inside: string | undefined;
  const spans = await spansOf(() =>
    following('auditCommit', [trace('1'), undefined, trace('2')], async () => {
      inside = currentScope()?.traceId;
    }),
  );
  expect(inside).toBe(invocation.traceId);
  expect(spans.map(({ traceId }) => traceId)).toEqual(['1'.repeat(32), '2'.repeat(32)]);
});

it('marks what failed, and lets the failure through', async () => {
  const failure = new Error('no');
  const work = () => following('auditCommit', [trace('1')], () => Promise.reject(failure));
  await expect(work()).rejects.toBe(failure);
  expect((await spansOf(work)).at(-1)).toMatchObject({ isFailure: true });
});

it.each([
  undefined,
  7,
  '',
  '00-0-0-01',
  `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
  `01${trace('1').slice(2)}`,
])('takes %p for no trace', (traceparent) => {
  expect(parseTraceparent(traceparent)).toBeUndefined();
});

it('drops an attribute that is not on the list', () => {
  const attributes = { 'faas.name': 'x', 'user.email': 'a@b.c', 'error.type': undefined } as Attributes;
  expect(allowedAttributes(attributes)).toEqual({ 'faas.name': 'x' });
});
