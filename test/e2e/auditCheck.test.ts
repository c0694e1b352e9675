import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import type { AuditEntry } from '../../src/lib/audit';
import type { Digest } from '../../src/lib/digest';
import { checkAudit } from '../../src/lib/evidence';
import { dateOf, days, fill, itemsIn, openAuditedStore } from './auditedStore';
import { poll, type RunningStack, startStackForSuite } from './runningStack';

// Nobody has to ask: the app verifies its own log every day, says so in the digest, and raises an alert.

describe('the daily verification', () => {
  let opened: Awaited<ReturnType<typeof openAuditedStore>>;
  const [first = ''] = days.map(dateOf);
  const asked = { retentionDays: 2557, clock: () => new Date() };

  beforeAll(async () => {
    opened = await openAuditedStore();
  });
  afterAll(() => opened?.close());

  const entryOf = async (tenantId: string, sequence: number) => {
    const entries = await itemsIn<AuditEntry>(opened.audit, tenantId);
    const entry = entries.find((item) => item.sequence === sequence && 'action' in item);
    if (!entry) throw new Error(`there is no entry ${sequence}`);
    return entry;
  };

  it('looks at the whole of a log that is not long', async () => {
    await fill(opened.store, 'short');
    expect(await checkAudit(opened.store, 'short', asked)).toMatchObject({
      ...{ valid: true, entries: 15, isWhole: true, problemsFound: 0, problems: [] },
    });
  });

  it('looks at the latest days of a long log and walks through the older ones day by day', async () => {
    const tenantId = 'long';
    await fill(opened.store, tenantId);
    const entry = await entryOf(tenantId, 2);
    await opened.audit.item(entry.id, [tenantId, entry.auditDate]).replace({ ...entry, actor: 'test:eve' });
    const found: string[] = [];
    // Eleven days later a slice of the eight older days may hold every day that was written on.
    for (let later = 5; later < 11; later++) {
      const now = new Date(Date.parse(`${first}T12:00:00.000Z`) + later * 86_400_000);
      const options = { retentionDays: 2557, clock: () => now, wholeEntriesMax: 8 };
      const check = await checkAudit(opened.store, tenantId, options);
      expect(check).toMatchObject({ isWhole: false });
      expect(check?.entries).toBeLessThan(15);
      found.push(
        ...(check?.problems ?? []).filter(({ kind }) => kind === 'altered').map(({ id }) => id ?? ''),
      );
    }
    expect(new Set(found)).toEqual(new Set([entry.id]));
  });

  it('misses what an earlier digest saw, even where nothing is left', async () => {
    const tenantId = 'emptied';
    await fill(opened.store, tenantId);
    const { hash, sequence, auditDate } = await entryOf(tenantId, 15);
    const kept = { hash, sequence, auditDate };
    expect(await checkAudit(opened.store, tenantId, { ...asked, kept })).toMatchObject({ valid: true });
    for (const item of await itemsIn<AuditEntry>(opened.audit, tenantId))
      await opened.audit.item(item.id, [tenantId, item.auditDate]).delete();
    expect(await checkAudit(opened.anotherStore(), tenantId, { ...asked, kept })).toMatchObject({
      valid: false,
    });
    expect(await checkAudit(opened.anotherStore(), 'never-written', asked)).toBeUndefined();
  });
});

describe('the digest', () => {
  let stack: RunningStack;

  startStackForSuite((started) => {
    stack = started;
  });

  const digestOfToday = async () => {
    const answer = await stack.call(`/digests/${new Date().toISOString().slice(0, 10)}`);
    return answer.ok ? ((await answer.json()) as Digest) : undefined;
  };

  it('has what the verification found, and the log has the line that the alert looks for', async () => {
    const { tenantId } = stack;
    const commit = {
      ...{ commitHash: 'abcdef1234567', message: 'fix: one', author: 'ann@example.org' },
      timestamp: new Date().toISOString(),
    };
    const stored = await stack.send('POST', '/commits', commit);
    expect(stored.status).toBe(201);
    const client = new CosmosClient({ endpoint: stack.cosmosEndpoint, key: stack.cosmosKey });
    const audit = client.database('gitops-healthcare').container('audit');
    const entry = await poll(async () =>
      (await itemsIn<AuditEntry>(audit, tenantId)).find(({ action }) => action),
    );
    await audit.item(entry.id, [tenantId, entry.auditDate]).replace({ ...entry, actor: 'test:eve' });
    client.dispose();
    const [alert] = (
      JSON.parse(readFileSync('infra/alerts.json', 'utf8')) as {
        name: string;
        query: string;
        enabled: boolean;
      }[]
    ).filter(({ name }) => name === 'audit-verification-failed');
    const [, line] = /^AppTraces \| where Message startswith '([^']+)' \|/.exec(alert?.query ?? '') ?? [];
    expect({ ...alert, line }).toMatchObject({ enabled: true, line: expect.any(String) });

    await stack.runTimer('dailyDigest');
    const { auditCheck } = await poll(digestOfToday, 30_000);
    expect(auditCheck).toMatchObject({ valid: false, isWhole: true });
    expect(auditCheck?.problems).toContainEqual({
      ...{ kind: 'altered', sequence: 1, id: entry.id, auditDate: entry.auditDate },
    });
    const logFile = join(stack.dataDirectory, 'host.log');
    await poll(async () => (readFileSync(logFile, 'utf8').includes(line ?? '?') ? true : undefined));
  }, 60_000);
});
