import { readFile } from 'node:fs/promises';
import { parseConfig } from '../../src/lib/config';
import { Issuers } from '../../src/lib/issuers';
import { findNodes, propertiesOf, readFolder, readTemplates } from './bicep';

interface LocalSettings {
  IsEncrypted: boolean;
  Values: Record<string, string>;
  InsteadForTheOfficialEmulator: Record<string, string>;
  InsteadForAnAccountInAzure: Record<string, string>;
}

/** What the Functions host, the storage client or the command line reads, and not `config.ts`. */
const readElsewhere = [
  'FUNCTIONS_WORKER_RUNTIME',
  'AzureWebJobsStorage',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'COSMOS_CONNECTION__credential',
  'COSMOS_CONNECTION__clientId',
  'COSMOS_TENANT_ID',
];

/** What an app in Azure does without: keys. An identity stands in their place. */
const neverInAzure = ['COSMOS_KEY', 'COSMOS_CONNECTION'];

/** The settings that `config.ts` reads, from its schema's source. */
async function knownSettings(): Promise<string[]> {
  const source = await readFile('src/lib/config.ts', 'utf8');
  const schema = source.slice(source.indexOf('const Environment'), source.indexOf('export interface Config'));
  return [...schema.matchAll(/^ {4}([A-Z][A-Za-z_]+):/gm)].map(([, name]) => name ?? '');
}

async function appSettings(): Promise<{ product: string[]; platform: string[]; text: string }> {
  const files = await readFolder('infra');
  const template = (await readTemplates(files)).get('modules/functionApp.bicep');
  const keysOf = (name: string) => {
    const declaration = template?.declarations.find((candidate) => candidate.name === name);
    const object = declaration && findNodes(declaration.node, ({ type }) => type === 'object')[0];
    return object === undefined ? [] : [...propertiesOf(object).keys()];
  };
  return {
    product: keysOf('productSettings'),
    platform: keysOf('platformSettings'),
    text: files.get('modules/functionApp.bicep') ?? '',
  };
}

const readSample = async () =>
  JSON.parse(await readFile('local.settings.sample.json', 'utf8')) as LocalSettings;

test('sees the settings that the app reads', async () => {
  const known = await knownSettings();
  expect(known.length).toBeGreaterThanOrEqual(15);
  expect(known).toEqual(expect.arrayContaining(['COSMOS_ENDPOINT', 'AUTH_ISSUERS', 'WEBHOOK_MASTER_KEY']));
});

test('gives the deployed app every setting that it reads, and no key', async () => {
  const known = await knownSettings();
  const { product } = await appSettings();
  expect([...product].sort()).toEqual(known.filter((name) => !neverInAzure.includes(name)).sort());
});

test('gives the deployed app no setting that nobody reads', async () => {
  const { platform } = await appSettings();
  expect(platform.length).toBeGreaterThan(3);
  expect(platform.filter((name) => !readElsewhere.includes(name))).toEqual([]);
});

test('sets nothing that the Flex Consumption plan forbids', async () => {
  const { product, platform } = await appSettings();
  const forbidden = /^(FUNCTIONS_|WEBSITE_|SCM_|ENABLE_ORYX|TZ$)/;
  expect([...product, ...platform].filter((name) => forbidden.test(name))).toEqual([]);
});

test('stops exactly the functions that HTTP does not start in a region that has no worker', async () => {
  const { text } = await appSettings();
  const listed = /var workerFunctions = \[(.*?)\]/.exec(text)?.[1]?.match(/\w+/g) ?? [];
  const sources = await readFolder('src/functions');
  const registered = [...sources.values()].flatMap((source) =>
    [...source.matchAll(/app\.(?:timer|cosmosDB)\(\s*'(\w+)'/g)].map(([, name]) => name),
  );
  expect(registered.length).toBeGreaterThan(2);
  expect([...listed].sort()).toEqual(registered.sort());
});

test.each(['Values', 'InsteadForTheOfficialEmulator', 'InsteadForAnAccountInAzure'] as const)(
  'has well-formed sample settings: %s',
  async (variant) => {
    const sample = await readSample();
    const config = parseConfig({ ...sample.Values, ...sample[variant] });
    expect(config.cosmos.endpoint).toMatch(variant === 'InsteadForAnAccountInAzure' ? /^https:/ : /^http:/);
    expect(config.cosmos.key === undefined).toBe(variant === 'InsteadForAnAccountInAzure');
  },
);

test('shows every setting in the sample, and none that nobody reads', async () => {
  const sample = await readSample();
  const shown = new Set([
    ...Object.keys(sample.Values),
    ...Object.keys(sample.InsteadForTheOfficialEmulator),
    ...Object.keys(sample.InsteadForAnAccountInAzure),
  ]);
  const known = await knownSettings();
  expect(known.filter((name) => !shown.has(name))).toEqual([]);
  expect([...shown].filter((name) => !known.includes(name) && !readElsewhere.includes(name))).toEqual([]);
  expect(sample.IsEncrypted).toBe(false);
});

test('documents every setting', async () => {
  const documented = await readFile('docs/configuration.md', 'utf8');
  const names = [...(await knownSettings()), ...(await appSettings()).platform, 'COSMOS_TENANT_ID'];
  expect(names.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('documents no setting that nobody reads', async () => {
  const documented = await readFile('docs/configuration.md', 'utf8');
  const shown = [...documented.matchAll(/^\| `([A-Z]\w+)`/gm)].map(([, name]) => name ?? '');
  const parameters = await azdVariables();
  const known = [
    ...(await knownSettings()),
    ...readElsewhere,
    ...parameters,
    'GITOPS_API_URL',
    'GITOPS_TOKEN',
  ];
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((name) => !known.includes(name))).toEqual([]);
});

/** The variables of azd's environment that the parameters of the template come from. */
async function azdVariables(): Promise<string[]> {
  const parameters = await readFile('infra/main.parameters.json', 'utf8');
  return [...parameters.matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '');
}

test('asks azd for every parameter of the template, and documents each', async () => {
  const template = (await readTemplates(await readFolder('infra'))).get('main.bicep');
  const params = template?.declarations.filter(({ kind }) => kind === 'param').map(({ name }) => name) ?? [];
  const file = JSON.parse(await readFile('infra/main.parameters.json', 'utf8')) as { parameters: object };
  // The time can only be asked for by a default value.
  expect(Object.keys(file.parameters).sort()).toEqual(
    params.filter((name) => name !== 'firstOfThisMonth').sort(),
  );
  const documented = await readFile('docs/configuration.md', 'utf8');
  expect((await azdVariables()).filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('has two parameter sets of one shape, each value of which is used', async () => {
  const profiles = JSON.parse(await readFile('infra/profiles.json', 'utf8')) as Record<
    'dev' | 'prod',
    object
  >;
  expect(Object.keys(profiles)).toEqual(['dev', 'prod']);
  expect(Object.keys(profiles.prod)).toEqual(Object.keys(profiles.dev));
  const template = (await readFolder('infra')).get('main.bicep') ?? '';
  const used = new Set([...template.matchAll(/\bsize\.(\w+)/g)].map(([, name]) => name));
  expect(Object.keys(profiles.dev).sort()).toEqual([...used].sort());
});

test('has issuers that the app takes', async () => {
  const issuers = Issuers.safeParse(JSON.parse(await readFile('infra/issuers.json', 'utf8')));
  expect(issuers.error?.issues ?? []).toEqual([]);
});
