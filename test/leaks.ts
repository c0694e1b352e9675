import { CosmosClient } from '@azure/cosmos';

/** What a log or telemetry must never hold, whatever was sent. */
const never: readonly [what: string, pattern: RegExp][] = [
  ['an e-mail address', /[\w.%+-]+@(?:[\w-]+\.)+[a-z]{2,24}(?![\w/-])/i],
  ['a JSON Web Token', /eyJ[\w-]{8,}\.eyJ[\w-]{2,}\./],
  ['a token of GitHub', /\bgh[opsur]_\w{20,}|\bgithub_pat_\w{20,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['a signature of a webhook', /sha256=[0-9a-f]{64}/],
  ['a bearer token', /\bBearer [\w-]{8,}/],
  ['a key of an account', /AccountKey=\w|[A-Za-z0-9+/]{86}==/],
];

/** What stands in the store of a run. */
export interface StoredTexts {
  messages: readonly string[];
  people: readonly string[];
  paths: readonly string[];
}

/** Short ones stand in any log by chance. */
const tellingLength = 12;
const commitsMax = 300;

/** What of these texts must not be there and is, a line each. */
export function leaksIn(text: string, stored: StoredTexts): string[] {
  const found = never.flatMap(([what, pattern]) => {
    const match = pattern.exec(text);
    return match ? [`${what}: ${around(text, match.index)}`] : [];
  });
  const search = (what: string, values: readonly string[]) => {
    for (const value of new Set(values)) {
      const at = value.length >= tellingLength ? text.indexOf(value) : -1;
      if (at >= 0) found.push(`${what}: ${around(text, at)}`);
    }
  };
  search(
    'a commit message',
    stored.messages.flatMap((message) => message.split('\n')),
  );
  search('a person', stored.people);
  search(
    'a path',
    stored.paths.filter((path) => path.includes('/')),
  );
  return found;
}

const around = (text: string, at: number) => JSON.stringify(text.slice(Math.max(0, at - 80), at + 120));

/** Ends a test run that has left something in its log. @throws Error */
export function refuseLeaks(where: string, text: string, stored: StoredTexts): void {
  const found = leaksIn(text, stored);
  if (found.length > 0) throw new Error(`${where} holds ${found.join('\n')}`);
}

/** The texts of the commits in a store, of so many of them as make a fair sample; none where the store has ended. */
export async function storedTexts(account: { endpoint: string; key: string }): Promise<StoredTexts> {
  const client = new CosmosClient({
    ...account,
    connectionPolicy: { requestTimeout: 5_000, enableEndpointDiscovery: false },
  });
  try {
    const { resources } = await client
      .database('gitops-healthcare')
      .container('commits')
      .items.query<{ message: string; author: string; authorName?: string; filesChanged: string[] }>(
        `SELECT TOP ${commitsMax} c.message, c.author, c.authorName, c.filesChanged FROM c WHERE IS_DEFINED(c.commitHash)`,
      )
      .fetchAll();
    return {
      messages: resources.map(({ message }) => message),
      people: resources.flatMap(({ author, authorName = '' }) => [author, authorName]),
      paths: resources.flatMap(({ filesChanged }) => filesChanged.slice(0, 20)),
    };
  } catch (error) {
    // The test has ended the emulator, or never let the stack make the containers.
    const { code } = error as { code?: string | number };
    if (code === 'ECONNREFUSED' || code === 404) return { messages: [], people: [], paths: [] };
    throw error;
  } finally {
    client.dispose();
  }
}
