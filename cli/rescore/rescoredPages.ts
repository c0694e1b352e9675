import { type ApiClient, ApiFailure } from '../client';
import { CliFailure } from '../failure';

interface ScoreShown {
  riskScore?: number;
  riskLevel: string;
  riskModel: string;
}

/** A commit that comes out differently. */
export interface RescoredCommit {
  commitHash: string;
  commitDate: string;
  subject: string;
  before: ScoreShown;
  after: ScoreShown;
  /** The largest first; `from` and `to` are contributions. */
  factors: { id: string; description: string; evidence: string[]; from: number; to: number }[];
  error?: { title: string; detail?: string };
}

/** What the API answers to one page. */
export interface RescoredPage {
  riskModel: string;
  changed: number;
  failed: number;
  levels: { from: string; to: string; commits: number }[];
  results: RescoredCommit[];
  nextCursor: string | null;
}

/** The whole history of a tenant, newest first. @throws CliFailure */
export async function* rescoredPages(
  client: ApiClient,
  asked: { dryRun: boolean; risk: unknown },
): AsyncGenerator<RescoredPage> {
  let cursor: string | undefined;
  do {
    const page = await ask(client, { ...asked, cursor });
    yield page;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function ask(client: ApiClient, body: { cursor: string | undefined }): Promise<RescoredPage> {
  try {
    return await client.json<RescoredPage>('/rescore', { method: 'POST', body });
  } catch (error) {
    if (body.cursor === undefined || !(error instanceof ApiFailure) || error.status !== 400) throw error;
    throw new CliFailure(
      'foundWrong',
      'the settings changed on the way',
      'Run the same command again: what is scored by them already stays as it is.',
      { cause: error },
    );
  }
}
