import type { CommitInput, CommitItem, Stored } from '../../src/lib/commit';
import { type ApiClient, ApiFailure } from '../client';
import type { ListedCommit } from '../commitTable';

const commitHash = 'a1b2c3d4e5f6g7h8';

function sampleCommit(timestamp: string): CommitInput {
  return {
    commitHash,
    message:
      'feat(phi): encrypt patient records at rest\n\nPHI-Impact: Direct\nHIPAA: Applicable\nClinical-Safety: Critical',
    timestamp,
    author: 'doctor@example.org',
    riskScore: 0.85,
    compliance: ['HIPAA', 'FDA'],
    filesChanged: ['services/phi-service/encryption.ts', 'services/auth-service/policy.ts'],
    linesAdded: 120,
    linesDeleted: 15,
    repository: 'gitops-healthcare/doctor',
  };
}

/** Stores the sample commit and gives back the item as the database has it. A second time changes nothing. */
export async function storeSample(client: ApiClient, now: Date): Promise<Stored<CommitItem>> {
  const timestamp = (await storedTimestamp(client)) ?? now.toISOString();
  await client.json('/commits', { method: 'POST', body: sampleCommit(timestamp) });
  return client.json<Stored<CommitItem>>(`/commits/${commitHash}`);
}

async function storedTimestamp(client: ApiClient): Promise<string | undefined> {
  try {
    return (await client.json<CommitItem>(`/commits/${commitHash}`)).timestamp;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}

const shownMax = 10;

/** The newest commits of the last 30 days, and the riskiest of the last 7. */
export async function queryBoth(
  client: ApiClient,
): Promise<{ newest: ListedCommit[]; highRisk: ListedCommit[] }> {
  const newest = await client.json<{ items: ListedCommit[] }>('/commits', { query: { limit: shownMax } });
  const highRisk = await client.json<{ items: ListedCommit[] }>('/high-risk-commits', {
    query: { threshold: 0.7, days: 7, limit: shownMax },
  });
  return { newest: newest.items, highRisk: highRisk.items };
}
