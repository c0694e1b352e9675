import type { ContainerDefinition } from '../../src/lib/store';
import { type Finding, ok, wrong } from './finding';

/** A container as the account describes it. */
export interface ActualContainer {
  id: string;
  partitionKey?: { paths: readonly string[]; kind?: string; version?: number };
  defaultTtl?: number;
  indexingPolicy?: {
    indexingMode?: string;
    includedPaths?: readonly { path: string }[];
    excludedPaths?: readonly { path: string }[];
    compositeIndexes?: readonly (readonly { path: string; order?: string }[])[];
  };
}

/** Everything in which a container is not as the app needs it. */
export function checkContainer(
  needed: ContainerDefinition,
  actual: ActualContainer | undefined,
  database: string,
): Finding[] {
  const check = `container ${needed.id}`;
  const select = `--account-name ACCOUNT --resource-group GROUP --database-name ${database} --name ${needed.id}`;
  if (!actual) {
    return [
      wrong(
        check,
        'it does not exist',
        'The app cannot make it: its identity has no right to.',
        'Provision again: azd provision (locally: npm start).',
      ),
    ];
  }
  const findings: Finding[] = [];
  const paths = actual.partitionKey?.paths.join(', ') ?? 'none';
  if (paths !== needed.partitionKey.paths.join(', ')) {
    findings.push(
      wrong(
        check,
        `its partition key is ${paths} and should be ${needed.partitionKey.paths.join(', ')}`,
        'Every write is refused, or one tenant fills one partition.',
        'A partition key cannot be changed: make a new container by azd provision and copy the items.',
      ),
    );
  }
  if (actual.defaultTtl !== needed.defaultTtl) {
    findings.push(
      wrong(
        check,
        `its TTL is ${ttl(actual.defaultTtl)} and should be ${ttl(needed.defaultTtl)}`,
        needed.defaultTtl !== undefined && needed.defaultTtl > 0
          ? 'Evidence is deleted too early, or kept longer than was decided.'
          : 'What must stay is deleted, or what should go stays.',
        `az cosmosdb sql container update ${select} --ttl ${needed.defaultTtl ?? -1}`,
      ),
    );
  }
  const missing = missingIndexes(needed, actual);
  if (missing.length > 0) {
    findings.push(
      wrong(
        check,
        `its indexing lacks ${missing.join('; ')}`,
        'Queries that sort or filter by it are refused, or cost many times more.',
        `azd provision, or az cosmosdb sql container update ${select} --idx @indexing.json`,
      ),
    );
  }
  const described = `${paths}, TTL ${ttl(actual.defaultTtl)}`;
  return findings.length > 0 ? findings : [ok(check, described)];
}

function ttl(seconds: number | undefined): string {
  if (seconds === undefined) return 'off';
  if (seconds === -1) return 'on, without a default';
  const days = seconds / 86_400;
  return Number.isInteger(days) ? `${days} ${days === 1 ? 'day' : 'days'}` : `${seconds} s`;
}

/** What the needed policy says and the actual one does not; what it has beyond is the owner's affair. */
function missingIndexes(
  { indexingPolicy: needed }: ContainerDefinition,
  { indexingPolicy }: ActualContainer,
): string[] {
  const has = (list: readonly { path: string }[] | undefined, path: string): boolean =>
    list?.some((entry) => entry.path === path) ?? false;
  const composites = new Set((indexingPolicy?.compositeIndexes ?? []).map(compositeText));
  return [
    ...(indexingPolicy?.indexingMode?.toLowerCase() === 'none' ? ['everything: its mode is none'] : []),
    ...needed.includedPaths
      .filter(({ path }) => !has(indexingPolicy?.includedPaths, path))
      .map(({ path }) => `included ${path}`),
    ...needed.excludedPaths
      .filter(({ path }) => !has(indexingPolicy?.excludedPaths, path))
      .map(({ path }) => `excluded ${path}`),
    ...(needed.compositeIndexes ?? [])
      .map(compositeText)
      .filter((text) => !composites.has(text))
      .map((text) => `the composite index (${text})`),
  ];
}

function compositeText(index: readonly { path: string; order?: string }[]): string {
  return index.map(({ path, order }) => `${path} ${order === 'descending' ? 'DESC' : 'ASC'}`).join(', ');
}
