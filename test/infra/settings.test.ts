import { parseConfig } from '../../src/lib/config';
import { Issuers } from '../../src/lib/issuers';
import { readFolder, readTemplates } from './bicep';
import {
  knownSettings,
  type Places,
  readPlaces,
  settingsDisagreements,
  workersOf,
} from './settingsAgreement';

test('names the same settings in code, templates, sample and documentation', async () => {
  const places = await readPlaces();
  expect(knownSettings(places).length).toBeGreaterThanOrEqual(15);
  expect(await settingsDisagreements(places)).toEqual([]);
});

const functionApp = 'modules/functionApp.bicep';

/** Changes one place; a place that is not there is a mistake of the test. */
function replaced(text: string | undefined, before: string, after: string): string {
  if (text?.split(before).length !== 2) throw new Error(`this does not stand there once: ${before}`);
  return text.replace(before, after);
}

const inTemplate = (before: string, after: string) => (places: Places) => ({
  ...places,
  infra: new Map(places.infra).set(functionApp, replaced(places.infra.get(functionApp), before, after)),
});

test.each<[what: string, change: (places: Places) => Places, finding: string]>([
  [
    'a setting that the code gained',
    (places) => ({
      ...places,
      config: replaced(places.config, '    GITHUB_TOKEN:', '    EXTRA: z.string(),\n    GITHUB_TOKEN:'),
    }),
    'EXTRA is not deployed',
  ],
  [
    'a setting that is not deployed',
    inTemplate('  DIGEST_SCHEDULE: digestSchedule\n', ''),
    'DIGEST_SCHEDULE is not deployed',
  ],
  [
    'a setting with a typing error',
    inTemplate('  SLOW_OPERATION_MS:', '  SLOW_OPERATION_SM:'),
    'SLOW_OPERATION_SM is deployed and nobody reads it',
  ],
  [
    'a key in the cloud',
    inTemplate('  COSMOS_CONTAINER:', "  COSMOS_KEY: ''\n  COSMOS_CONTAINER:"),
    'COSMOS_KEY is a key and is deployed',
  ],
  [
    'a setting that the plan refuses',
    inTemplate('  COSMOS_CONTAINER:', "  WEBSITE_TIME_ZONE: ''\n  COSMOS_CONTAINER:"),
    'WEBSITE_TIME_ZONE is refused by the plan',
  ],
  [
    'a setting that the sample lacks',
    (places) => ({ ...places, sample: replaced(places.sample, '"RETENTION_DAYS": "2557",', '') }),
    'RETENTION_DAYS is not in the sample',
  ],
  [
    'a setting that only the sample has',
    (places) => ({
      ...places,
      sample: replaced(places.sample, '"RETENTION_DAYS": "2557",', '"RETENTION_DAYS": "2557", "OLD": "",'),
    }),
    'OLD is in the sample and nobody reads it',
  ],
  [
    'a setting without documentation',
    (places) => ({
      ...places,
      documented: replaced(places.documented, '| `COSMOS_DATABASE` |', '| database |'),
    }),
    'COSMOS_DATABASE is not documented',
  ],
  [
    'documentation of a setting that is gone',
    (places) => ({
      ...places,
      documented: replaced(
        places.documented,
        '| `COSMOS_DATABASE` |',
        '| `GONE_SETTING` | |\n| `COSMOS_DATABASE` |',
      ),
    }),
    'GONE_SETTING is documented and nobody reads it',
  ],
])('catches %s', async (_what, change, finding) => {
  expect(await settingsDisagreements(change(await readPlaces()))).toContain(finding);
});

test('stops exactly the functions that HTTP does not start in a region that has no worker', async () => {
  const { infra } = await readPlaces();
  const listed =
    /var workerFunctions = \[(.*?)\]/s.exec(infra.get(functionApp) ?? '')?.[1]?.match(/\w+/g) ?? [];
  const registered = await workersOf(await readFolder('src/functions'));
  expect(registered.length).toBeGreaterThan(2);
  expect([...listed].sort()).toEqual(registered);
});

test.each(['Values', 'InsteadForTheOfficialEmulator', 'InsteadForAnAccountInAzure'])(
  'has well-formed sample settings: %s',
  async (variant) => {
    const sample = JSON.parse((await readPlaces()).sample) as Record<string, Record<string, string>>;
    const config = parseConfig({ ...sample.Values, ...sample[variant] });
    const isCloud = variant === 'InsteadForAnAccountInAzure';
    expect(config.cosmos.endpoint).toMatch(isCloud ? /^https:/ : /^http:/);
    expect(config.cosmos.key === undefined).toBe(isCloud);
    // Absent, it counts as true, and the core tools would try to decrypt the values.
    expect(sample.IsEncrypted).toBe(false);
  },
);

test('asks azd for every parameter of the template', async () => {
  const { infra } = await readPlaces();
  const template = (await readTemplates(infra)).get('main.bicep');
  const params = template?.declarations.filter(({ kind }) => kind === 'param').map(({ name }) => name) ?? [];
  const file = JSON.parse(infra.get('main.parameters.json') ?? '') as { parameters: object };
  // The time can only be asked for by a default value.
  expect(Object.keys(file.parameters).sort()).toEqual(
    params.filter((name) => name !== 'firstOfThisMonth').sort(),
  );
});

test('has two parameter sets of one shape, each value of which is used', async () => {
  const { infra } = await readPlaces();
  const profiles = JSON.parse(infra.get('profiles.json') ?? '') as Record<'dev' | 'prod', object>;
  expect(Object.keys(profiles)).toEqual(['dev', 'prod']);
  expect(Object.keys(profiles.prod)).toEqual(Object.keys(profiles.dev));
  const used = new Set(
    [...(infra.get('main.bicep') ?? '').matchAll(/\bsize\.(\w+)/g)].map(([, name]) => name),
  );
  expect(Object.keys(profiles.dev).sort()).toEqual([...used].sort());
});

test('has issuers that the app takes', async () => {
  const { infra } = await readPlaces();
  const issuers = Issuers.safeParse(JSON.parse(infra.get('issuers.json') ?? ''));
  expect(issuers.error?.issues ?? []).toEqual([]);
});

test('names the secrets of channels as the app looks for them and as the platform takes them', async () => {
  const { infra } = await readPlaces();
  const names = Object.entries(JSON.parse(infra.get('channel-secrets.json') ?? '') as Record<string, string>);
  // Names of app settings on Linux hold letters, digits and underscores; names of secrets letters, digits and hyphens.
  expect(names.filter(([setting]) => !/^CHANNEL_SECRET__\w+$/.test(setting))).toEqual([]);
  expect(names.filter(([, secret]) => !/^[A-Za-z0-9-]{1,127}$/.test(secret))).toEqual([]);
});
