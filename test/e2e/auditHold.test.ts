import type { Container } from '@azure/cosmos';
import type { AuditEntry, AuditHead } from '../../src/lib/audit';
import type { CommitItem } from '../../src/lib/commit';
import { makeDigest } from '../../src/lib/digest';
import { applyHolds, auditSettings, verifyAudit } from '../../src/lib/evidence';
import { reviewCommit } from '../../src/lib/ingest';
import { defaultTenantSettings, type LegalHold } from '../../src/lib/settings';
import { audit, dateOf, days, fill, hashOf, itemsIn, openAuditedStore } from './auditedStore';

// A court asks for some days of the record: they stay although their time is over, and the rest goes.

const tenantId = 'held';
const retentionDays = 2557;
const dayMs = 86_400_000;
const [first, second, third] = days.map(dateOf) as [string, string, string];
const hold: LegalHold = { name: 'case-4711', startDate: first, endDate: second, reason: 'letter of counsel' };

/** The emulator's clock, which goes on as the tests tell it. */
let aheadDays = 0;
const now = () => Date.now() + aheadDays * dayMs;
const clock = () => new Date(now());
let opened: Awaited<ReturnType<typeof openAuditedStore>>;

beforeAll(async () => {
  opened = await openAuditedStore(now);
  await fill(opened.store, tenantId);
  await makeDigest(opened.store, tenantId, () => new Date(`${second}T07:00:00.000Z`));
  await makeDigest(opened.store, tenantId, () => new Date(`${third}T07:00:00.000Z`));
});
afterAll(() => opened?.close());

async function setHolds(holds: LegalHold[] | undefined): Promise<void> {
  const settings = { ...defaultTenantSettings, ...(holds && { holds }) };
  await opened.store.settings.put(tenantId, { settings, actor: 'test:counsel', at: clock().toISOString() });
  await auditSettings(opened.store, tenantId, clock);
}
const apply = () => applyHolds(opened.retention, tenantId);
const allIn = <T = AuditEntry | AuditHead | CommitItem>(container: Container) =>
  itemsIn(container, tenantId) as Promise<T[]>;
const daysIn = async (container: Container, date: string) =>
  [...new Set((await allIn<Record<string, string>>(container)).map((item) => item[date]))].sort();

it('stands in the log with who placed it, on which days and why', async () => {
  await setHolds([hold]);
  const entries = (await opened.store.audit.page(tenantId, { after: 15 }, 10)).filter(
    ({ action }) => action === 'hold',
  );
  expect(entries).toMatchObject([
    {
      subject: `hold:${tenantId}`,
      actor: 'test:counsel',
      detail: { standing: 1, 'hold case-4711': `${first} to ${second}: letter of counsel` },
    },
  ]);
});

it('takes the time to live of everything in its days away, once', async () => {
  const applied = await apply();
  expect(applied).toMatchObject({ holds: [hold], released: 0 });
  const [commits, log] = [await allIn(opened.commits), await allIn<AuditEntry>(opened.audit)];
  const inDays = (date: string) => date >= first && date <= second;
  const isHeld = (item: object) => (item as { ttl?: number }).ttl === -1;
  expect(
    commits
      .filter(isHeld)
      .map((item) => (item as CommitItem).commitDate)
      .every(inDays),
  ).toBe(true);
  expect(commits.filter(isHeld)).toHaveLength(10);
  expect(log.filter(isHeld)).toEqual(log.filter(({ auditDate }) => inDays(auditDate)));
  expect(log.filter(isHeld).length).toBeGreaterThanOrEqual(20);
  expect(await apply()).toMatchObject({ held: 0, released: 0 });
  const whole = await verifyAudit(opened.store, tenantId, {}, { retentionDays, clock });
  expect(whole).toMatchObject({ valid: true, problems: [] });
});

it('goes on for a commit that changes, and finds what comes into its days later', async () => {
  await reviewCommit(opened.store, {
    ...{ tenantId, commitHash: hashOf('7'), status: 'approved', reviewer: 'test:bob', names: [] },
    at: clock().toISOString(),
  });
  await audit(opened.store, tenantId, clock(), ['7']);
  const { resource } = await opened.commits.item(hashOf('7'), [tenantId, second]).read();
  expect(resource).toMatchObject({ ttl: -1, review: { status: 'approved' } });
  await opened.commits.items.create({ id: 'late', tenantId, commitDate: second });
  expect(await apply()).toMatchObject({ held: 1, released: 0 });
  await opened.commits.item('late', [tenantId, second]).delete();
});

it('is not released by settings that do not speak of holds', async () => {
  await setHolds(undefined);
  expect((await opened.store.settings.get(tenantId))?.settings.holds).toEqual([hold]);
});

it('keeps what is beyond its time to live, and the log of those days verifies', async () => {
  aheadDays += retentionDays + 30;
  expect(await daysIn(opened.commits, 'commitDate')).toEqual([first, second]);
  expect(await daysIn(opened.audit, 'auditDate')).toEqual([first, second]);
  expect(await daysIn(opened.digests, 'digestDate')).toEqual([second]);
  const range = { startDate: first, endDate: second };
  const report = await verifyAudit(opened.store, tenantId, range, { retentionDays, clock });
  expect(report.problems.filter(({ kind }) => kind !== 'store-differs')).toEqual([]);
  expect(report.entries).toBe(10);
});

it('lets everything expire again when it is released, its time to live beginning anew', async () => {
  await setHolds([]);
  expect((await apply()).released).toBeGreaterThanOrEqual(30);
  aheadDays += retentionDays - 1;
  expect(await daysIn(opened.commits, 'commitDate')).toEqual([first, second]);
  aheadDays += 2;
  expect(await daysIn(opened.commits, 'commitDate')).toEqual([]);
  expect((await daysIn(opened.audit, 'auditDate')).filter((date = '') => date <= second)).toEqual([]);
});
