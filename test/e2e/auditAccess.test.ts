import { type AuditEntry, type AuditHead, type VerificationReport, verifyExport } from '../../src/lib/audit';
import { type App, openApp } from '../functions/app';
import { poll } from './runningStack';

// The whole app behind the Functions host: who reads the log stands in the log.

const tenantId = 'read-log';
let app: App;

beforeAll(async () => {
  app = await openApp();
}, 60_000);
afterAll(() => app?.close());

const get = (path: string, subject = 'ada') =>
  app.call([tenantId], `v1/tenants/${tenantId}/audit${path}`, { subject });
const headNow = async () => {
  const answer = await get('/head');
  return answer.ok ? ((await answer.json()) as AuditHead) : undefined;
};

/** The entries so far of who read the log, asked for by somebody else. */
async function accesses(action: string): Promise<AuditEntry[]> {
  const { items } = (await (await get('?limit=500', 'observer')).json()) as { items: AuditEntry[] };
  return items.filter((entry) => entry.action === action && !entry.actor.endsWith(':observer'));
}
const accessesOnce = (action: string, count: number) =>
  poll(async () => {
    const found = await accesses(action);
    return found.length >= count ? found : undefined;
  }, 20_000);

describe('the audit log', () => {
  it('has who asked for entries, and for what, after the answer', async () => {
    expect((await get('?startDate=2026-01-01&limit=5', 'eve')).status).toBe(200);
    const [entry] = await accessesOnce('queried', 1);
    expect(entry).toMatchObject({
      actor: expect.stringMatching(/:eve$/),
      subject: expect.stringMatching(/^audit-access:[0-9a-f-]{36}$/),
      revision: 1,
      detail: { function: 'queryAudit', startDate: '2026-01-01' },
    });
  }, 40_000);

  it('has who verified it, and still verifies', async () => {
    const report = (await (await get('/verify', 'bob')).json()) as VerificationReport;
    expect(report).toMatchObject({ valid: true, problems: [] });
    const verified = await poll(async () =>
      (await accesses('queried')).find(({ actor }) => actor.endsWith(':bob')),
    );
    expect(verified.detail).toEqual({ function: 'verifyAudit' });
  }, 40_000);

  it('says by a head that was kept whether it is still the log that a witness saw', async () => {
    const kept = await headNow();
    const asked = async (head: string) =>
      (await (await get(`/verify?head=${head}`)).json()) as VerificationReport;
    expect(await asked(`${kept?.sequence}:${kept?.hash}`)).toMatchObject({ valid: true });
    expect(await asked(`${kept?.sequence}:${'0'.repeat(64)}`)).toMatchObject({
      valid: false,
      problems: [{ kind: 'forked', sequence: kept?.sequence }],
    });
    expect((await get('/verify?head=nonsense')).status).toBe(400);
  }, 40_000);

  it('is exported as a file that verifies without the app, and notes who has it', async () => {
    const kept = await headNow();
    const answer = await get('/export', 'carol');
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const text = await answer.text();
    const trustedHeads = kept ? [{ sequence: kept.sequence, hash: kept.hash }] : [];
    const report = await verifyExport([Buffer.from(text)], { trustedHeads });
    expect(report).toMatchObject({ valid: true, manifests: [{ entries: report.entries, tenantId }] });
    expect(report.entries).toBeGreaterThanOrEqual(kept?.sequence ?? 1);
    const [entry] = await accessesOnce('exported', 1);
    expect(entry).toMatchObject({
      actor: expect.stringMatching(/:carol$/),
      detail: { function: 'exportAudit' },
    });
  }, 40_000);

  it('is exported in parts of days that are one export together', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const before = await (await get('/export?endDate=2026-01-01')).text();
    const since = await (await get(`/export?startDate=2026-01-02&endDate=${today}`)).text();
    const report = await verifyExport([Buffer.from(before + since)]);
    expect(report).toMatchObject({ valid: true });
    expect(report.manifests).toHaveLength(2);
    expect((await get('/export?startDate=2026-02-01&endDate=2026-01-01')).status).toBe(400);
  }, 40_000);

  it('has no entry for reading its head, which tells nothing of the records', async () => {
    await get('/head', 'mallory');
    await get('', 'dave');
    await poll(async () => (await accesses('queried')).find(({ actor }) => actor.endsWith(':dave')));
    expect((await accesses('queried')).filter(({ actor }) => actor.endsWith(':mallory'))).toEqual([]);
  }, 40_000);
});
