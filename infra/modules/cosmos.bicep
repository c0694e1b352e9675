// The Cosmos DB account, its database and its containers. A data-plane identity can make none of them.
param name string

@description('The first is the write region.')
param regions string[]
param tags object
param serverless bool
param zoneRedundant bool
param multipleWriteRegions bool

@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string

@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string
param customerManagedKeyUri string
param customerManagedKeyIdentityId string
param databaseName string

@description('From containers.json: what the local stack creates, too.')
param definitions array
param retentionDays int

@description('Autoscale limit of the commits container in RU/s; the others have throughputMax.')
param commitsThroughputMax int
param throughputMax int
param workspaceId string

var hasCustomerManagedKey = !empty(customerManagedKeyUri)
var locations = [
  for (region, index) in regions: {
    locationName: region
    failoverPriority: index
    isZoneRedundant: zoneRedundant
  }
]

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: name
  location: regions[0]
  tags: tags
  kind: 'GlobalDocumentDB'
  identity: hasCustomerManagedKey
    ? { type: 'UserAssigned', userAssignedIdentities: { '${customerManagedKeyIdentityId}': {} } }
    : { type: 'None' }
  properties: union(
    {
      databaseAccountOfferType: 'Standard'
      locations: serverless && length(regions) > 1
        ? fail('A serverless Cosmos DB account has exactly one region.')
        : locations
      capabilities: serverless ? [{ name: 'EnableServerless' }] : []
      consistencyPolicy: { defaultConsistencyLevel: 'Session' }
      enableAutomaticFailover: length(regions) > 1
      enableMultipleWriteLocations: multipleWriteRegions
      disableLocalAuth: true
      disableKeyBasedMetadataWriteAccess: true
      minimalTlsVersion: 'Tls12'
      publicNetworkAccess: publicNetworkAccess
      networkAclBypass: 'None'
      backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: backupTier } }
    },
    hasCustomerManagedKey
      ? {
          keyVaultKeyUri: customerManagedKeyUri
          defaultIdentity: 'UserAssignedIdentity=${customerManagedKeyIdentityId}'
        }
      : {}
  )
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' = {
  parent: account
  name: databaseName
  properties: { resource: { id: databaseName } }
}

// One after the other: the service refuses many changes of one account at a time.
@batchSize(1)
resource containers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-04-15' = [
  for definition in definitions: {
    parent: database
    name: definition.resource.id
    properties: {
      resource: union(
        definition.resource,
        definition.ttl == 'retention' ? { defaultTtl: retentionDays * 86400 } : {}
      )
      options: serverless
        ? {}
        : {
            autoscaleSettings: {
              maxThroughput: definition.resource.id == 'commits' ? commitsThroughputMax : throughputMax
            }
          }
    }
  }
]

// Who read and wrote what, by whom: statuses, keys and charges, never the items.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: account
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      for category in ['DataPlaneRequests', 'ControlPlaneRequests', 'PartitionKeyRUConsumption']: {
        category: category
        enabled: true
      }
    ]
  }
}

output id string = account.id
output name string = account.name
output endpoint string = account.properties.documentEndpoint
