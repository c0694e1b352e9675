import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AuditableChange, AuditEntry, AuditHead } from '../../src/lib/audit';
import { appendAudit } from '../../src/lib/evidence';
import { changeOf } from '../lib/audit/chains';
import { itemsIn, openAuditedStore, verifyOnline } from './auditedStore';

// Several writers, a day's end between them, crashes at the worst moment, and a log that an earlier version began.

let opened: Awaited<ReturnType<typeof openAuditedStore>>;

beforeAll(async () => {
  opened = await openAuditedStore();
});

afterAll(() => opened?.close());

const settings = (tenantId: string, revision: number): AuditableChange =>
  changeOf(revision, { tenantId, subject: `settings:${tenantId}`, commitHash: undefined, revision });
const at = (instant: string) => () => new Date(instant);
const headsOf = async (tenantId: string) =>
  (await itemsIn<AuditEntry | AuditHead>(opened.audit, tenantId)).filter(
    (item): item is AuditHead => 'headHash' in item,
  );

it('is one chain, each change once, however many writers see the day end at different moments', async () => {
  const tenantId = 'midnight';
  const writers = [opened.store, opened.anotherStore(), opened.anotherStore()];
  const clocks = ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'].map(at);
  let revision = 1;
  await appendAudit(opened.store, tenantId, [settings(tenantId, 1)], at('2026-03-01T12:00:00.000Z'));
  for (let round = 0; round < 12; round++) {
    await Promise.all(
      writers.map(async (store, index) => {
        const changes = [
          settings(tenantId, 1),
          settings(tenantId, ++revision),
          settings(tenantId, ++revision),
        ];
        await appendAudit(store, tenantId, changes, clocks[(index + round) % clocks.length] ?? at(''));
      }),
    );
  }
  expect(await verifyOnline(opened.store, tenantId)).toMatchObject({ valid: true, entries: revision });
}, 60_000);

it('goes on in the day that a writer chose before it died', async () => {
  const tenantId = 'died';
  await appendAudit(opened.store, tenantId, [settings(tenantId, 1)], at('2026-03-01T12:00:00.000Z'));
  const head = await opened.store.audit.latestHead(tenantId);
  if (!head) throw new Error('the log has no head');
  expect(await opened.anotherStore().audit.turn(head, '2026-03-02')).toBe('2026-03-02');
  await appendAudit(opened.store, tenantId, [settings(tenantId, 2)], at('2026-03-04T12:00:00.000Z'));
  await appendAudit(opened.store, tenantId, [settings(tenantId, 3)], at('2026-03-04T12:00:01.000Z'));
  expect((await headsOf(tenantId)).map(({ id, auditDate }) => `${auditDate} ${id}`).sort()).toEqual([
    '2026-03-01 head-1',
    '2026-03-02 head-1',
    '2026-03-04 head-1',
  ]);
  expect(await verifyOnline(opened.store, tenantId)).toMatchObject({ valid: true, entries: 3 });
});

it('goes on from a log of format version 1 and leaves its head as it was', async () => {
  const tenantId = 'tenant-001';
  const golden = readFileSync(resolve(__dirname, '../golden/audit-export-format-1.ndjson'), 'utf8');
  const items = golden
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string })
    .filter(({ id }) => id !== 'manifest');
  for (const item of items) await opened.audit.items.create(item);
  const store = opened.anotherStore();
  await appendAudit(store, tenantId, [settings(tenantId, 90)], at('2026-02-02T12:00:00.000Z'));
  await appendAudit(store, tenantId, [settings(tenantId, 91)], at('2026-02-02T13:00:00.000Z'));
  await appendAudit(store, tenantId, [settings(tenantId, 92)], at('2026-02-03T13:00:00.000Z'));
  const stored = await itemsIn<AuditEntry | AuditHead>(opened.audit, tenantId);
  expect(stored).toEqual(expect.arrayContaining(items.map((item) => expect.objectContaining(item))));
  expect((await headsOf(tenantId)).map(({ id, auditDate }) => `${auditDate} ${id}`).sort()).toEqual([
    '2026-01-30 head',
    '2026-01-31 head',
    '2026-02-02 head',
    '2026-02-02 head-1',
    '2026-02-02 head-2',
    '2026-02-03 head-1',
  ]);
  const report = await verifyOnline(opened.store, tenantId);
  expect(report.problems.filter(({ kind }) => kind !== 'store-differs')).toEqual([]);
  expect(report.entries).toBe(11);
});
