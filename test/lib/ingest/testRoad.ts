import { createHash } from 'node:crypto';
import { type Emulator, startEmulator } from '../../../local/emulator';
import { createContainers } from '../../../local/stack/database';
import { systemClock } from '../../../src/lib/clock';
import { type CommitItem, parseCommitInput, type Stored } from '../../../src/lib/commit';
import { Problem } from '../../../src/lib/errors';
import { auditCommits, verifyAudit } from '../../../src/lib/evidence';
import {
  mergeTwins,
  normalisePush,
  processDelivery,
  receiveDelivery,
  reconcileRef,
  storeCommits,
} from '../../../src/lib/ingest';
import { defaultRiskPolicy } from '../../../src/lib/risk';
import { createCosmosClient, createStore, type Store } from '../../../src/lib/store';

export const tenantId = 't1';

/** The road of a commit on an emulator in this process, with the change feed turned by hand. */
export interface Road {
  emulator: Emulator;
  store: Store;
  /** Another instance of the app: a client and a memory of its own. An answer that takes longer than this is lost to it. */
  instance(requestTimeoutMs?: number): Store;
  close(): Promise<void>;
}

export async function openRoad(): Promise<Road> {
  const emulator = await startEmulator({ port: 0, memory: true });
  await createContainers(emulator, { database: 'd', commitsContainer: 'commits', retentionDays: 2557 });
  const clients: ReturnType<typeof createCosmosClient>[] = [];
  const instance = (requestTimeoutMs = 400) => {
    const client = createCosmosClient(
      {
        endpoint: emulator.endpoint,
        key: emulator.key,
        identityClientId: undefined,
        database: 'd',
        commitsContainer: 'commits',
        preferredRegions: [],
      },
      { requestTimeoutMs, throttleWaitSecondsMax: 1 },
    );
    clients.push(client);
    return createStore(client, { database: 'd', commitsContainer: 'commits' });
  };
  return {
    emulator,
    store: instance(),
    instance,
    close: async () => {
      for (const client of clients) client.dispose();
      await emulator.close();
    },
  };
}

/** Runs it again while it says that what is wrong may pass, as a client of the API, GitHub and the host do. */
export async function untilItPasses<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || attempt === 30) throw error;
    }
  }
}

export interface PushOptions {
  ref?: string;
  before?: string;
  commits?: readonly string[];
  repository?: string;
  pushedAt?: number;
  files?: number;
  timestamp?: string;
}

/** A commit's hash by a name for it. */
export const hashOf = (name: string) => createHash('sha1').update(name).digest('hex');
export const zeros = '0'.repeat(40);

/** A push payload as GitHub sends it; commits by name, the last one is the new end of the branch. */
export function pushOf({
  ref = 'refs/heads/main',
  before = zeros,
  commits = [],
  repository = 'clinic/records',
  pushedAt,
  files = 1,
  timestamp = '2025-01-15T10:00:00Z',
}: PushOptions) {
  const last = commits.at(-1);
  return {
    ref,
    before,
    after: last === undefined ? zeros : hashOf(last),
    created: before === zeros,
    deleted: last === undefined,
    forced: false,
    repository: {
      id: 7,
      full_name: repository,
      default_branch: 'main',
      ...(pushedAt !== undefined && { pushed_at: pushedAt }),
    },
    pusher: { name: 'ann', email: 'ann@example.org' },
    sender: { login: 'ann', type: 'User' },
    commits: commits.map((name) => ({
      id: hashOf(name),
      message: `fix: ${name}`,
      timestamp,
      author: { name: 'Ann', email: 'ann@example.org', username: 'ann' },
      committer: { name: 'Ann', email: 'ann@example.org', username: 'ann' },
      added: [],
      modified: Array.from({ length: files }, (_, index) => `src/auth/${name}-${index}.ts`),
      removed: [],
    })),
  };
}

/** A commit as a caller of the API posts it. */
export const postedOf = (
  name: string,
  known: Partial<Record<'timestamp' | 'message', string>> & { filesChanged?: string[] } = {},
) => ({
  commitHash: hashOf(name),
  message: `feat: ${name}`,
  timestamp: '2025-01-10T10:00:00Z',
  author: 'ann@example.org',
  filesChanged: ['src/patients/export.ts'],
  ...known,
});

/** One with more paths than an item holds. */
export const largePosted = postedOf('large', {
  filesChanged: Array.from({ length: 1_000 }, (_, n) => `${'deep/'.repeat(500)}Service${n}.java`),
});

export const post = (store: Store, inputs: readonly unknown[], at = systemClock().toISOString()) =>
  storeCommits(store, {
    tenantId,
    source: 'api',
    actor: 'ci',
    at,
    commits: inputs.map((input) => parseCommitInput(input, tenantId)),
    policy: defaultRiskPolicy,
  });

export function receive(store: Store, deliveryId: string, payload: unknown): Promise<'stored' | 'duplicate'> {
  return receiveDelivery(store, {
    tenantId,
    deliveryId,
    receivedAt: systemClock(),
    ...normalisePush(payload),
  });
}

export const processOne = (store: Store, deliveryId: string) =>
  processDelivery(store, { tenantId, deliveryId }, defaultRiskPolicy, systemClock);

export async function auditAll(store: Store, commitHashes: readonly string[]): Promise<void> {
  const references = commitHashes.map((commitHash) => ({ tenantId, commitHash }));
  const { twins } = await auditCommits(store, references, systemClock);
  for (const twin of twins) await mergeTwins(store, twin, defaultRiskPolicy, systemClock().toISOString());
}

export async function reconcileAll(store: Store): Promise<void> {
  for (const { deliveryId } of await store.refs.page(tenantId, {}, 500))
    await reconcileRef(store, tenantId, deliveryId, systemClock);
}

/** Every commit item of the tenant. */
export const everyItem = (store: Store) =>
  untilItPasses(async () => {
    const items: Stored<CommitItem>[] = [];
    for await (const page of store.commits.everything(tenantId)) items.push(...page);
    return items;
  });

/** What the verifier finds, of the chain and of each commit against it. */
export const verified = (store: Store) =>
  untilItPasses(() => verifyAudit(store, tenantId, {}, { retentionDays: 2557, clock: systemClock }));
