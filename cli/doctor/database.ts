import type { Config } from '../../src/lib/config';
import { containerDefinitions, createCosmosClient } from '../../src/lib/store';
import { type ActualContainer, checkContainer } from './containers';
import { type Finding, ok, wrong } from './finding';

const retentionDaysDefault = 2557;

/** Can the account be reached as the app would, and is everything in it as the app needs it? */
export async function checkDatabase(
  cosmos: Config['cosmos'],
  retentionDays: number | undefined,
  tenantId: string,
): Promise<Finding[]> {
  const client = createCosmosClient(cosmos);
  try {
    const database = client.database(cosmos.database);
    try {
      await database.read();
    } catch (error) {
      return [unreachable(cosmos, error)];
    }
    const as = cosmos.key === undefined ? 'by identity' : 'by key';
    const findings = [ok('cosmos', `${cosmos.endpoint} answers ${as}`)];
    const { resources } = await database.containers.readAll().fetchAll();
    const actual = new Map(resources.map((container) => [container.id, container as ActualContainer]));
    const definitions = containerDefinitions({
      commitsContainer: cosmos.commitsContainer,
      retentionDays: retentionDays ?? retentionDaysDefault,
    });
    for (const needed of definitions) {
      findings.push(...checkContainer(needed, actual.get(needed.id), cosmos.database));
    }
    if (actual.has(cosmos.commitsContainer)) {
      const container = database.container(cosmos.commitsContainer);
      findings.push(
        await container.items
          .query({
            query: 'SELECT TOP 1 c.id FROM c WHERE c.tenantId = @tenantId',
            parameters: [{ name: '@tenantId', value: tenantId }],
          })
          .fetchAll()
          .then(
            () => ok('cosmos role', 'items can be read'),
            (error: unknown) => unreachable(cosmos, error),
          ),
      );
    }
    return findings;
  } finally {
    client.dispose();
  }
}

function unreachable({ endpoint, database, key }: Config['cosmos'], error: unknown): Finding {
  const { code, message } = error as { code?: unknown; message?: string };
  switch (code) {
    case 401:
      return wrong(
        'cosmos',
        `${endpoint} refuses the key`,
        'Nothing can be stored or read.',
        'Check COSMOS_KEY and the clock; in Azure leave it out: the identity is used.',
      );
    case 403:
      return wrong(
        'cosmos role',
        `${endpoint} lets ${key === undefined ? 'this identity' : 'this key'} in no further`,
        'Nothing can be stored or read.',
        'az cosmosdb sql role assignment create --account-name ACCOUNT --resource-group GROUP --scope / --principal-id ID --role-definition-id 00000000-0000-0000-0000-000000000002, or open the firewall for this address.',
      );
    case 404:
      return wrong(
        'cosmos',
        `there is no database ${database}`,
        'The app cannot make it: its identity has no right to.',
        'Provision again: azd provision (locally: npm start).',
      );
    default:
      return wrong(
        'cosmos',
        `${endpoint} cannot be reached: ${String(code ?? '')} ${(message ?? '').split('\n', 1)[0]?.slice(0, 200)}`.trim(),
        'Nothing can be stored or read.',
        'Check COSMOS_ENDPOINT, DNS, firewall and private endpoint; locally: npm start.',
      );
  }
}
