import { readFile } from 'node:fs/promises';
import { containerDefinitions } from '../../src/lib/store/containers';

interface DataRole {
  name: string;
  containers: string[];
  actions: string[];
}

const readRoles = async () => JSON.parse(await readFile('infra/data-roles.json', 'utf8')) as DataRole[];
const containers = containerDefinitions({ commitsContainer: 'commits', retentionDays: 2557 }).map(
  ({ id }) => id,
);

test('gives the app exactly one role on each container', async () => {
  const covered = (await readRoles()).flatMap((role) => role.containers);
  expect(covered.sort()).toEqual([...containers].sort());
});

test('lets the app delete leases and nothing else', async () => {
  const deleting = (await readRoles()).filter(({ actions }) =>
    actions.some((action) => /delete|\*/.test(action)),
  );
  expect(deleting.flatMap((role) => role.containers)).toEqual(['leases']);
});

test('lets the app replace in the audit container only as long as the store moves its heads in place', async () => {
  const auditor = (await readRoles()).find((role) => role.containers.includes('audit'));
  const movesHeads = /BulkOperationType\.Replace/.test(await readFile('src/lib/store/audit.ts', 'utf8'));
  expect(auditor?.actions.includes('containers/items/replace')).toBe(movesHeads);
});

test('never lets the app upsert audit entries, since an upsert can overwrite', async () => {
  const auditor = (await readRoles()).find((role) => role.containers.includes('audit'));
  expect(auditor?.actions).toEqual(
    expect.arrayContaining(['containers/items/create', 'containers/items/read', 'containers/executeQuery']),
  );
  expect(auditor?.actions).not.toContain('containers/items/upsert');
});

test('names only data actions that exist, and none that reaches beyond items', async () => {
  const known = [
    'containers/executeQuery',
    'containers/readChangeFeed',
    ...['create', 'read', 'replace', 'upsert', 'delete'].map((verb) => `containers/items/${verb}`),
  ];
  const used = (await readRoles()).flatMap(({ actions }) => actions);
  expect(used.filter((action) => !known.includes(action))).toEqual([]);
});

test('lets the app read the change feeds that its functions listen to', async () => {
  const roles = await readRoles();
  for (const container of ['commits', 'deliveries', 'tenants'])
    expect(roles.find((role) => role.containers.includes(container))?.actions).toContain(
      'containers/readChangeFeed',
    );
});
