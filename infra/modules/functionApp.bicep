// The app in one region, on Flex Consumption. Each Flex plan holds one app.
param name string
param location string
param tags object
param identityId string
param identityClientId string
param nodeVersion string

@allowed([512, 2048, 4096])
param instanceMemoryMB int
param instancesMax int

@description('Instances kept warm for HTTP; zone redundancy needs two.')
param alwaysReadyInstances int
param zoneRedundant bool

@description('Whether the change-feed and timer functions run here.')
param isWorker bool
param storageName string
param packageContainer string

@description('Empty: no private network.')
param subnetId string
param insightsConnectionString string
param cosmosEndpoint string
param cosmosDatabase string

@description('Nearest first.')
param preferredRegions string[]
param retentionDays int
param digestSchedule string
param slowOperationMs int

@description('Address of the secret without its version, so that a rotation is picked up.')
param webhookKeyUri string

@description('Empty: no token.')
param githubTokenUri string
param githubAppId string
param githubAppKeyUri string

@description('Address of the app as people reach it. Empty: its own name.')
param publicUrl string

@description('Sender of mails. Empty: no mail.')
param smtpFrom string
param smtpUri string

@description('Start of the addresses of all secrets.')
param secretsUri string

// Everything that HTTP does not start.
var workerFunctions = [
  'auditCommit'
  'auditSettings'
  'dailyDigest'
  'enrichCommits'
  'processDelivery'
  'redeliverWebhooks'
  'sendMessages'
]

// Settings that src/lib/config.ts reads.
var productSettings = {
  AZURE_CLIENT_ID: identityClientId
  COSMOS_ENDPOINT: cosmosEndpoint
  COSMOS_DATABASE: cosmosDatabase
  COSMOS_CONTAINER: 'commits'
  COSMOS_PREFERRED_REGIONS: join(preferredRegions, ',')
  COSMOS_CONNECTION__accountEndpoint: cosmosEndpoint
  RETENTION_DAYS: string(retentionDays)
  AUTH_ISSUERS: string(loadJsonContent('../issuers.json'))
  WEBHOOK_MASTER_KEY: '@Microsoft.KeyVault(SecretUri=${webhookKeyUri})'
  GITHUB_TOKEN: empty(githubTokenUri) ? '' : '@Microsoft.KeyVault(SecretUri=${githubTokenUri})'
  GITHUB_APP_ID: githubAppId
  GITHUB_APP_PRIVATE_KEY: empty(githubAppId) ? '' : '@Microsoft.KeyVault(SecretUri=${githubAppKeyUri})'
  GITHUB_API_URL: 'https://api.github.com'
  DIGEST_SCHEDULE: digestSchedule
  PUBLIC_URL: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
  SMTP_URL: empty(smtpFrom) ? '' : '@Microsoft.KeyVault(SecretUri=${smtpUri})'
  SMTP_FROM: smtpFrom
  SLOW_OPERATION_MS: string(slowOperationMs)
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

// Secrets of digest channels: the name of each setting, and of the secret in the vault.
var channelSettings = toObject(
  items(loadJsonContent('../channel-secrets.json')),
  channel => channel.key,
  channel => '@Microsoft.KeyVault(SecretUri=${secretsUri}${channel.value})'
)

// Settings that the Functions host reads; identities throughout.
var platformSettings = {
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  COSMOS_CONNECTION__credential: 'managedidentity'
  COSMOS_CONNECTION__clientId: identityClientId
}

var idleSettings = isWorker
  ? {}
  : toObject(workerFunctions, worker => 'AzureWebJobs.${worker}.Disabled', worker => 'true')

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: instancesMax
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
      }
    }
  }
}

// Deployments come by identity; user names and passwords for publishing are off.
resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(productSettings, channelSettings, platformSettings, idleSettings)
}

output name string = app.name
output hostName string = app.properties.defaultHostName
