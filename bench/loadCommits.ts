import { Engine } from '../local/emulator/engine';
import { requireFormat } from '../local/emulator/storage/format';
import { openLmdbStore } from '../local/emulator/storage/lmdbStore';
import { addDays, type CommitItem, sha256OfJson } from '../src/lib/commit';

const daysBack = 365;
const commitsAWrite = 5_000;
const minuteMs = 60_000;

/** A commit of about 1.5 KB, as the app stores them; every twentieth is high or critical. */
export function commitOf(tenantId: string, n: number, today: string): CommitItem {
  const commitDate = addDays(today, -(n % daysBack));
  const commitHash = sha256OfJson([tenantId, n]).slice(0, 40);
  const riskScore = n % 20 === 0 ? 0.7 + (n % 300) / 1_000 : (n % 699) / 1_000;
  const at = `${commitDate}T${String(n % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00.000Z`;
  const contentHash = sha256OfJson(commitHash);
  return {
    id: commitHash,
    tenantId,
    commitDate,
    commitHash,
    message: `fix(module-${n % 40}): ${'what was wrong and why it is right now. '.repeat(6)}`,
    redactions: [],
    timestamp: at,
    author: `dev${n % 50}@example.org`,
    filesChanged: Array.from({ length: 6 }, (_, file) => `src/module-${n % 40}/file-${file}.ts`),
    filesChangedCount: 6,
    linesAdded: 40,
    linesDeleted: 12,
    repositories: [`example/${n % 10}`],
    branches: ['main'],
    riskScore,
    riskLevel:
      riskScore >= 0.9 ? 'critical' : riskScore >= 0.7 ? 'high' : riskScore >= 0.4 ? 'medium' : 'low',
    riskFactors: [
      {
        id: 'phi',
        half: 'impact',
        description: 'Touches patient data.',
        evidence: ['src'],
        contribution: 0.4,
      },
    ],
    riskModel: 'bench',
    riskSource: 'model',
    compliance: n % 3 === 0 ? ['HIPAA'] : [],
    source: 'api',
    createdAt: at,
    updatedAt: at,
    review: null,
    contentHash,
    revision: 1,
    changes: [{ revision: 1, action: 'recorded', actor: 'bench', at, contentHash }],
    schemaVersion: 1,
  };
}

/** The first day first, as the store keeps them: the pages of its file are filled one after the other. */
const inOrderOfDays = (commits: number): number[] =>
  Array.from({ length: commits }, (_, n) => n).sort((a, b) => (b % daysBack) - (a % daysBack));

/**
 * Writes so many commits of each tenant into the data directory of an emulator that is not running: by the emulator's own code, but
 * without requests, and 5,000 commits a flush of the disk, as if so many had come a minute until now. The containers
 * must be there.
 */
export async function loadCommits(
  directory: string,
  names: { database: string; commitsContainer: string },
  tenants: readonly string[],
  commitsEach: number,
  today: string,
): Promise<void> {
  const store = openLmdbStore(directory);
  requireFormat(store);
  let writtenAt = Date.now() - minuteMs * tenants.length * Math.ceil(commitsEach / commitsAWrite);
  const engine = new Engine(store, () => writtenAt);
  try {
    const container = engine.catalog.container(names.database, names.commitsContainer);
    for (const tenantId of tenants) {
      const numbers = inOrderOfDays(commitsEach);
      for (let from = 0; from < commitsEach; from += commitsAWrite) {
        writtenAt += minuteMs;
        await engine.queue.write((transaction) => {
          for (const n of numbers.slice(from, from + commitsAWrite)) {
            const commit = commitOf(tenantId, n, today);
            engine.items.create(transaction, container, [tenantId, commit.commitDate], commit);
          }
        });
      }
    }
  } finally {
    await engine.close();
  }
}
