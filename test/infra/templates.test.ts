import { checkTemplates, readFolder } from './bicep';

// Bicep writes ${} in plain quotes.
const hole = (expression: string) => `$\{${expression}}`;

const infra = () => readFolder('infra');

/** Changes one place of one file; a place that is not there is a mistake of the test. */
function plant(files: Map<string, string>, file: string, before: string, after: string): Map<string, string> {
  const text = files.get(file);
  if (text === undefined || text.split(before).length !== 2)
    throw new Error(`${file} does not hold this once: ${before}`);
  return new Map(files).set(
    file,
    text.replace(before, () => after),
  );
}

test('finds nothing wrong in the templates', async () => {
  const files = await infra();
  expect([...files.keys()].filter((file) => file.endsWith('.bicep')).length).toBeGreaterThan(10);
  expect(await checkTemplates(files)).toEqual([]);
});

const mistakes: [what: string, rule: string, file: string, before: string, after: string][] = [
  ['a brace that is missing', 'syntax', 'modules/identity.bicep', '  tags: tags\n}', '  tags: tags\n'],
  [
    'a property without a value',
    'syntax',
    'modules/vault.bicep',
    'enableSoftDelete: true',
    'enableSoftDelete:',
  ],
  [
    'a name that nobody declared',
    'undeclared',
    'main.bicep',
    'email: alertEmail\n    workspaceId',
    'email: alertMail\n    workspaceId',
  ],
  [
    'a name in an interpolation that nobody declared',
    'undeclared',
    'modules/storage.bicep',
    hole('package.name'),
    hole('pakage.name'),
  ],
  [
    'a loop variable used outside its loop',
    'undeclared',
    'modules/network.bicep',
    "subnets/app'",
    `subnets/${hole('zoneName')}'`,
  ],
  [
    'a function that does not exist',
    'unknown-function',
    'main.bicep',
    'toLower(uniqueString',
    'toLowerCase(uniqueString',
  ],
  [
    'a parameter that nobody reads',
    'unused',
    'modules/budget.bicep',
    'param email string',
    "param email string\nparam phone string = ''",
  ],
  [
    'a variable that nobody reads',
    'unused',
    'modules/alerts.bicep',
    'var logAlerts',
    'var unread = 1\nvar logAlerts',
  ],
  [
    'a name declared twice',
    'declared-twice',
    'modules/budget.bicep',
    'param email string',
    'param email string\nparam amount int',
  ],
  [
    'a property that stands twice in one object',
    'key-twice',
    'modules/functionApp.bicep',
    '  DIGEST_SCHEDULE: digestSchedule',
    "  DIGEST_SCHEDULE: digestSchedule\n  DIGEST_SCHEDULE: ''",
  ],
  [
    'a module file that is not there',
    'missing-module',
    'main.bicep',
    'modules/vault.bicep',
    'modules/keyVault.bicep',
  ],
  [
    'a parameter that the module does not have',
    'unknown-module-param',
    'main.bicep',
    'amount: monthlyBudget',
    'amount: monthlyBudget\n    currency: location',
  ],
  [
    'a parameter that the module needs',
    'missing-module-param',
    'main.bicep',
    '    amount: monthlyBudget\n',
    '',
  ],
  [
    'an output that the module does not have',
    'unknown-output',
    'main.bicep',
    'vault.outputs.name',
    'vault.outputs.title',
  ],
  [
    'an output of a looped module that it does not have',
    'unknown-output',
    'main.bicep',
    'output SERVICE_API_NAME string = apps[0].outputs.name',
    'output SERVICE_API_NAME string = apps[0].outputs.title',
  ],
  [
    'a loaded file that is not there',
    'missing-file',
    'modules/workbook.bicep',
    '../workbook.json',
    '../workbok.json',
  ],
  [
    'an API version that is not on the list',
    'api-version',
    'modules/vault.bicep',
    'vaults@2023-07-01',
    'vaults@2019-09-01',
  ],
  [
    'a type that is not on the list',
    'unknown-type',
    'modules/vault.bicep',
    'Microsoft.KeyVault/vaults@',
    'Microsoft.KeyVault/managedHSMs@',
  ],
  ['a role id with two digits swapped', 'role-id', 'modules/storage.bicep', 'b7e6dc6d-f1e8', 'b7e6dc6d-f1e9'],
  [
    'a powerful role under a harmless name',
    'role-id',
    'modules/vault.bicep',
    '4633458b-17de-408a-b874-0445c86b69e6',
    '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  ],
  [
    'storage keys left on',
    'forbidden-value',
    'modules/storage.bicep',
    'allowSharedKeyAccess: false',
    'allowSharedKeyAccess: true',
  ],
  [
    'Cosmos DB keys left on',
    'forbidden-value',
    'modules/cosmos.bicep',
    'disableLocalAuth: true',
    'disableLocalAuth: false',
  ],
  [
    'Cosmos DB keys left to their default',
    'left-to-default',
    'modules/cosmos.bicep',
    '      disableLocalAuth: true\n',
    '',
  ],
  [
    'an old version of TLS',
    'forbidden-value',
    'modules/functionApp.bicep',
    "      minTlsVersion: '1.2'",
    "      minTlsVersion: '1.0'",
  ],
  [
    'public access without regard to private networking',
    'forbidden-value',
    'modules/cosmos.bicep',
    'publicNetworkAccess: publicNetworkAccess',
    "publicNetworkAccess: 'Enabled'",
  ],
  [
    'serverless without a condition',
    'forbidden-value',
    'modules/cosmos.bicep',
    "serverless ? [{ name: 'EnableServerless' }] : []",
    "[{ name: 'EnableServerless' }]",
  ],
  [
    'serverless without the refusal of several regions',
    'forbidden-value',
    'modules/cosmos.bicep',
    "fail('A serverless Cosmos DB account has exactly one region.')",
    'locations',
  ],
  ['a resource without tags', 'tags', 'modules/storage.bicep', '  tags: tags\n', ''],
  [
    'a key that is asked for',
    'key',
    'modules/storage.bicep',
    'output id string = account.id',
    'output id string = account.listKeys().keys[0].value',
  ],
  [
    'a secret in an output',
    'secret-output',
    'modules/vault.bicep',
    'output id string = vault.id',
    '@secure()\noutput id string = vault.properties.value',
  ],
];

test.each(mistakes)('catches %s', async (_what, rule, file, before, after) => {
  const findings = await checkTemplates(plant(await infra(), file, before, after));
  expect(findings.map((finding) => `${finding.rule} ${finding.file}`)).toContain(`${rule} ${file}`);
});
