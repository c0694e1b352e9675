import { readFile } from 'node:fs/promises';
import { findNodes, propertiesOf, readFolder, readTemplates } from './bicep';

/** The texts that name settings. */
export interface Places {
  /** `src/lib/config.ts`. */
  config: string;
  /** Every file below `infra`. */
  infra: Map<string, string>;
  /** `local.settings.sample.json`. */
  sample: string;
  /** `docs/configuration.md`. */
  documented: string;
}

/** What the Functions host, its extensions or the command line reads, and not `config.ts`. */
export const readElsewhere = [
  'FUNCTIONS_WORKER_RUNTIME',
  'AzureWebJobsStorage',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'COSMOS_CONNECTION__credential',
  'COSMOS_CONNECTION__clientId',
  'COSMOS_TENANT_ID',
  'GITOPS_API_URL',
  'GITOPS_TOKEN',
];

/** What an app in Azure does without: keys. An identity stands in their place. */
const neverInAzure = ['COSMOS_KEY', 'COSMOS_CONNECTION'];

/** Settings that the Flex Consumption plan refuses or that break it. */
const forbiddenOnFlex = /^(FUNCTIONS_|WEBSITE_|SCM_|ENABLE_ORYX|TZ$)/;

export async function readPlaces(): Promise<Places> {
  const [config, infra, sample, documented] = await Promise.all([
    readFile('src/lib/config.ts', 'utf8'),
    readFolder('infra'),
    readFile('local.settings.sample.json', 'utf8'),
    readFile('docs/configuration.md', 'utf8'),
  ]);
  return { config, infra, sample, documented };
}

/** The settings that `config.ts` reads, from the source of its schema. */
export function knownSettings({ config }: Pick<Places, 'config'>): string[] {
  const schema = config.slice(config.indexOf('const Environment'), config.indexOf('export interface Config'));
  return [...schema.matchAll(/^ {4}([A-Z][A-Za-z_]+):/gm)].map(([, name]) => name ?? '');
}

/** The variables of azd's environment that the parameters of the template come from. */
export function azdVariables({ infra }: Pick<Places, 'infra'>): string[] {
  const parameters = infra.get('main.parameters.json') ?? '';
  return [...parameters.matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '');
}

async function appSettings(infra: Places['infra']): Promise<{ product: string[]; platform: string[] }> {
  const template = (await readTemplates(infra)).get('modules/functionApp.bicep');
  const keysOf = (name: string) => {
    const declaration = template?.declarations.find((candidate) => candidate.name === name);
    const object = declaration && findNodes(declaration.node, ({ type }) => type === 'object')[0];
    return object === undefined ? [] : [...propertiesOf(object).keys()];
  };
  return { product: keysOf('productSettings'), platform: keysOf('platformSettings') };
}

/** The functions that HTTP does not start, as the sources register them. */
export async function workersOf(sources: ReadonlyMap<string, string>): Promise<string[]> {
  return [...sources.values()]
    .flatMap((source) => [...source.matchAll(/\b(?:app\.(?:timer|cosmosDB)|askGitHub)\(\s*'(\w+)'/g)])
    .map(([, name]) => name ?? '')
    .sort();
}

/** Where code, templates, sample and documentation do not name the same settings, a sentence each. */
export async function settingsDisagreements(places: Places): Promise<string[]> {
  const known = knownSettings(places);
  const variables = azdVariables(places);
  const { product, platform } = await appSettings(places.infra);
  const deployed = [...product, ...platform];
  const { Values, ...variants } = JSON.parse(places.sample) as Record<string, Record<string, string>>;
  const isVariant = (name: string) => name.startsWith('InsteadFor');
  const shown = Object.entries(variants).filter(([name]) => isVariant(name));
  const sampled = [Values, ...shown.map(([, values]) => values)].flatMap((values) =>
    Object.keys(values ?? {}),
  );
  const rows = [...places.documented.matchAll(/^\| `([A-Za-z]\w+)`/gm)].map(([, name]) => name ?? '');
  const isKnown = (name: string) => known.includes(name) || readElsewhere.includes(name);
  const say = (names: string[], what: string) => names.map((name) => `${name} ${what}`);
  return [
    ...say(
      known.filter((name) => !neverInAzure.includes(name) && !product.includes(name)),
      'is not deployed',
    ),
    ...say(
      deployed.filter((name) => !isKnown(name)),
      'is deployed and nobody reads it',
    ),
    ...say(
      deployed.filter((name) => neverInAzure.includes(name)),
      'is a key and is deployed',
    ),
    ...say(
      deployed.filter((name) => forbiddenOnFlex.test(name)),
      'is refused by the plan',
    ),
    ...say(
      known.filter((name) => !sampled.includes(name)),
      'is not in the sample',
    ),
    ...say(
      sampled.filter((name) => !isKnown(name)),
      'is in the sample and nobody reads it',
    ),
    ...say(
      [...known, ...readElsewhere, ...variables].filter((name) => !rows.includes(name)),
      'is not documented',
    ),
    ...say(
      rows.filter((name) => !isKnown(name) && !variables.includes(name)),
      'is documented and nobody reads it',
    ),
  ];
}
