/** How a container is made: the one source for the local stack, for `doctor` and for the check on `infra`. */
export interface ContainerDefinition {
  id: string;
  partitionKey: { paths: string[]; kind: 'Hash' | 'MultiHash'; version: 2 };
  /** Seconds since an item's last write; -1 is "on, without a default"; absent is off. */
  defaultTtl?: number;
  indexingPolicy: IndexingPolicy;
}

export interface IndexingPolicy {
  indexingMode: 'consistent';
  automatic: true;
  includedPaths: { path: string }[];
  excludedPaths: { path: string }[];
  compositeIndexes?: { path: string; order: 'ascending' | 'descending' }[][];
}

const secondsADay = 86_400;
const deliveriesDays = 30;
const etag = '/"_etag"/?';

const hierarchical = (...paths: string[]) => ({ paths, kind: 'MultiHash' as const, version: 2 as const });
const flat = (path: string) => ({ paths: [path], kind: 'Hash' as const, version: 2 as const });

const indexed = (
  excluded: string[],
  composites: [string, 'ascending' | 'descending'][][] = [],
): IndexingPolicy => ({
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [...excluded, etag].map((path) => ({ path })),
  ...(composites.length > 0 && {
    compositeIndexes: composites.map((index) => index.map(([path, order]) => ({ path, order }))),
  }),
});

const indexedOnly = (...included: string[]): IndexingPolicy => ({
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: included.map((path) => ({ path })),
  excludedPaths: [{ path: '/*' }, { path: etag }],
});

/** The six containers of the database. */
export function containerDefinitions(options: {
  commitsContainer: string;
  retentionDays: number;
}): ContainerDefinition[] {
  const retention = options.retentionDays * secondsADay;
  return [
    {
      id: options.commitsContainer,
      partitionKey: hierarchical('/tenantId', '/commitDate'),
      defaultTtl: retention,
      indexingPolicy: indexed(
        [
          '/message/?',
          '/filesChanged/*',
          '/fileChanges/*',
          '/riskFactors/*',
          '/complianceReasons/*',
          '/changes/*',
        ],
        [
          [
            ['/tenantId', 'ascending'],
            ['/timestamp', 'descending'],
            ['/commitHash', 'ascending'],
          ],
          [
            ['/tenantId', 'ascending'],
            ['/riskScore', 'descending'],
            ['/timestamp', 'descending'],
            ['/commitHash', 'ascending'],
          ],
        ],
      ),
    },
    {
      id: 'deliveries',
      partitionKey: hierarchical('/tenantId', '/deliveryId'),
      defaultTtl: deliveriesDays * secondsADay,
      indexingPolicy: indexedOnly(
        '/tenantId/?',
        '/deliveryId/?',
        '/status/?',
        '/receivedAt/?',
        '/repository/?',
      ),
    },
    {
      id: 'audit',
      partitionKey: hierarchical('/tenantId', '/auditDate'),
      defaultTtl: retention,
      indexingPolicy: {
        ...indexedOnly(
          '/tenantId/?',
          '/auditDate/?',
          '/sequence/?',
          '/subject/?',
          '/action/?',
          '/recordedAt/?',
        ),
        compositeIndexes: [
          [
            { path: '/tenantId', order: 'ascending' },
            { path: '/sequence', order: 'ascending' },
          ],
        ],
      },
    },
    {
      id: 'digests',
      partitionKey: flat('/tenantId'),
      defaultTtl: retention,
      indexingPolicy: indexedOnly('/tenantId/?', '/digestDate/?', '/isOpen/?'),
    },
    { id: 'tenants', partitionKey: flat('/id'), indexingPolicy: indexed([]) },
    // Leases never expire by themselves, but the trigger gives its lock items a TTL of their own.
    { id: 'leases', partitionKey: flat('/id'), defaultTtl: -1, indexingPolicy: indexed([]) },
  ];
}
