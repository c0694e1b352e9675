import { readFile, writeFile } from 'node:fs/promises';
import { parseConfig } from '../../src/lib/config';
import { type ContainerDefinition, containerDefinitions } from '../../src/lib/store/containers';

const file = 'infra/containers.json';
const { cosmos, retentionDays } = parseConfig({
  COSMOS_ENDPOINT: 'https://localhost',
  COSMOS_CONNECTION: 'unused',
  WEBHOOK_MASTER_KEY: 'x'.repeat(32),
  AUTH_ISSUERS: JSON.stringify([
    { preset: 'github-actions', audience: 'unused', owners: { '1': 'tenant-001' } },
  ]),
});

const defined = (days: number) =>
  containerDefinitions({ commitsContainer: cosmos.commitsContainer, retentionDays: days });

/** What `infra/modules/cosmos.bicep` reads: each container as Azure takes it, and where its time to live comes from. */
function forBicep() {
  const longer = new Map(defined(retentionDays + 1).map(({ id, defaultTtl }) => [id, defaultTtl]));
  const ttl = ({ id, defaultTtl }: ContainerDefinition) => {
    if (defaultTtl === undefined) return 'off';
    return longer.get(id) === defaultTtl ? 'fixed' : 'retention';
  };
  return {
    database: cosmos.database,
    containers: defined(retentionDays).map((definition) => ({ ttl: ttl(definition), resource: definition })),
  };
}

test('deploys the containers that the local stack creates (UPDATE_GOLDEN=1 writes the file anew)', async () => {
  if (process.env.UPDATE_GOLDEN) await writeFile(file, `${JSON.stringify(forBicep(), undefined, 2)}\n`);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(forBicep())));
});

test('keeps commits, audit entries and digests for the retention, and nothing else', () => {
  const kept = forBicep().containers.filter(({ ttl }) => ttl === 'retention');
  expect(kept.map(({ resource }) => resource.id)).toEqual(['commits', 'audit', 'digests']);
  expect(kept.map(({ resource }) => resource.defaultTtl)).toEqual([220_924_800, 220_924_800, 220_924_800]);
});

test('notices a container that differs in one index', async () => {
  const changed = JSON.parse(await readFile(file, 'utf8')) as ReturnType<typeof forBicep>;
  changed.containers[0]?.resource.indexingPolicy.compositeIndexes?.pop();
  expect(changed).not.toEqual(JSON.parse(JSON.stringify(forBicep())));
});
