import { checkContainer } from '../../../cli/doctor/containers';
import { type ContainerDefinition, containerDefinitions } from '../../../src/lib/store';

const definitions = containerDefinitions({ commitsContainer: 'commits', retentionDays: 2557 });
const needed = definitions.find(({ id }) => id === 'commits') as ContainerDefinition;
const check = (change: object) => checkContainer(needed, { ...needed, ...change }, 'gitops-healthcare');

describe('a container against what the app needs', () => {
  it.each(definitions.map((definition) => [definition.id, definition] as const))(
    'finds nothing wrong with %s as it is made',
    (_, definition) => {
      expect(checkContainer(definition, definition, 'db').map(({ status }) => status)).toEqual(['ok']);
    },
  );

  it('takes what the account adds to the indexing policy, in any order, as no fault', () => {
    const { indexingPolicy } = needed;
    const reordered = {
      ...indexingPolicy,
      indexingMode: 'Consistent',
      excludedPaths: [...indexingPolicy.excludedPaths, { path: '/extra/?' }].reverse(),
      compositeIndexes: [...(indexingPolicy.compositeIndexes ?? [])].reverse(),
    };
    expect(check({ indexingPolicy: reordered })).toEqual([expect.objectContaining({ status: 'ok' })]);
  });

  it.each([
    ['missing', undefined, 'it does not exist'],
    [
      'partitioned by tenant alone',
      { partitionKey: { paths: ['/tenantId'] } },
      'its partition key is /tenantId',
    ],
    ['kept for ever', { defaultTtl: undefined }, 'its TTL is off and should be 2557 days'],
    ['kept too short', { defaultTtl: 86_400 }, 'its TTL is 1 day and should be 2557 days'],
    ['not indexed', { indexingPolicy: { indexingMode: 'none' } }, 'its indexing lacks everything'],
    [
      'without composite indexes',
      { indexingPolicy: { ...needed.indexingPolicy, compositeIndexes: [] } },
      'its indexing lacks the composite index (/tenantId ASC, /timestamp DESC',
    ],
  ])('says of one that is %s what, why and how to mend it', (_, change, message) => {
    const findings = checkContainer(needed, change && { ...needed, ...change }, 'gitops-healthcare');
    expect(findings).toEqual([
      {
        check: 'container commits',
        status: 'wrong',
        message: expect.stringContaining(message),
        why: expect.stringMatching(/\.$/),
        mend: expect.stringMatching(/azd provision|az cosmosdb sql container update/),
      },
    ]);
  });
});
