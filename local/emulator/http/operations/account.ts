import { TLSSocket } from 'node:tls';
import { type Exchange, json, type Operation } from '../exchange';

/** What clients may compile queries with; .NET reads it, as a string. */
const queryEngineConfiguration = JSON.stringify({
  maxSqlQueryInputLength: 524288,
  maxJoinsPerSqlQuery: 10,
  maxLogicalAndPerSqlQuery: 2000,
  maxLogicalOrPerSqlQuery: 2000,
  maxUdfRefPerSqlQuery: 10,
  maxInExpressionItemsCount: 16000,
  queryMaxInMemorySortDocumentCount: 500,
  maxQueryRequestTimeoutFraction: 0.9,
  sqlAllowNonFiniteNumbers: false,
  sqlAllowAggregateFunctions: true,
  sqlAllowSubQuery: true,
  sqlAllowScalarSubQuery: true,
  allowNewKeywords: true,
  sqlAllowLike: true,
  sqlAllowGroupByClause: true,
  maxSpatialQueryCells: 12,
  spatialMaxGeometryPointCount: 256,
  sqlDisableQueryILOptimization: false,
  sqlDisableFilterPlanOptimization: false,
  sqlAllowTop: true,
  enableSpatialIndexing: true,
});

/** Not `localhost`: clients then throw the region lists away and ask for the account before every operation. */
const accountId = 'emulator';
const region = 'Local';

/** The address that the client used, scheme included: everything after this request goes there. */
function clientEndpoint(exchange: Exchange): string {
  const { host = '127.0.0.1' } = exchange.message.headers;
  const scheme = exchange.message.socket instanceof TLSSocket ? 'https' : 'http';
  return `${scheme}://${host}/`;
}

export const readAccount: Operation = (exchange) => {
  const locations = [{ name: region, databaseAccountEndpoint: clientEndpoint(exchange) }];
  const replication = { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 4 };
  return json(200, {
    _self: '',
    id: accountId,
    _rid: 'emulator.documents.local',
    media: '//media/',
    addresses: '//addresses/',
    _dbs: '//dbs/',
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userReplicationPolicy: replication,
    systemReplicationPolicy: replication,
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration,
  });
};
