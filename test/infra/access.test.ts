import { readFile } from 'node:fs/promises';
import { containerDefinitions } from '../../src/lib/store/containers';
import { readFolder } from './bicep';

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

/** The container that each file of the store writes to. */
const containersOfFiles: Record<string, string> = {
  'audit.ts': 'audit',
  'commits.ts': 'commits',
  'deliveries.ts': 'deliveries',
  'digests.ts': 'digests',
  'settings.ts': 'tenants',
  'tenants.ts': 'tenants',
};

test('lets the app delete only leases, and where the store does delete', async () => {
  const sources = [...(await readFolder('src/lib/store'))];
  const deletes =
    /\bstored\s*\.delete\(|\.item\([^)]*\)\s*\.delete\(|BulkOperationType\.Delete|deleteAllItems/;
  const deleting = sources
    .filter(([, source]) => deletes.test(source))
    .map(([file]) => containersOfFiles[file] ?? file);
  const allowed = (await readRoles()).filter(({ actions }) =>
    actions.some((action) => /delete|\*/.test(action)),
  );
  expect(allowed.flatMap((role) => role.containers).sort()).toEqual(
    [...new Set([...deleting, 'leases'])].sort(),
  );
});

test('never lets the app delete an audit entry, a digest or the settings of a tenant', async () => {
  const allowed = (await readRoles()).filter(({ actions }) =>
    actions.some((action) => /delete|\*/.test(action)),
  );
  const containersAllowed = allowed.flatMap((role) => role.containers);
  expect(
    containersAllowed.filter((container) => ['audit', 'digests', 'tenants'].includes(container)),
  ).toEqual([]);
});

test('lets the app create and read audit entries, and neither replace, upsert nor delete them', async () => {
  const auditor = (await readRoles()).find((role) => role.containers.includes('audit'));
  expect(auditor?.actions).toEqual([
    'containers/executeQuery',
    'containers/items/create',
    'containers/items/read',
  ]);
});

test('asks for nothing in the audit container that its role does not allow', async () => {
  const source = await readFile('src/lib/store/audit.ts', 'utf8');
  expect([...source.matchAll(/BulkOperationType\.(\w+)/g)].map(([, verb]) => verb)).toEqual(['Create']);
  expect(source).toContain('.items.create(');
  const changing = 'replace|upsert|patch|delete|bulk|executeBulkOperations|deleteAllItems\\w*';
  expect(source).not.toMatch(new RegExp(`(\\.items|\\.item\\([^)]*\\)|[cC]ontainer)\\s*\\.(${changing})\\(`));
});

test('lets whoever applies legal holds replace items, and neither create nor delete any', async () => {
  const role = JSON.parse(await readFile('infra/hold-role.json', 'utf8')) as {
    Permissions: { DataActions: string[] }[];
  };
  const actions = role.Permissions.flatMap(({ DataActions }) => DataActions);
  expect(actions.map((action) => action.replace(/^.*sqlDatabases\//, '')).sort()).toEqual([
    'containers/executeQuery',
    'containers/items/read',
    'containers/items/replace',
  ]);
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
