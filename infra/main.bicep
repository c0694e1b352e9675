// Everything the product needs in Azure. One command: `azd up`. docs/deploy.md explains each setting.
targetScope = 'subscription'

@description('Name of the environment; part of every name here.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Primary region: the write region of Cosmos DB and the home of the app.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('dev: serverless, one region. prod: autoscale, a second region with automatic failover, zones, backup for 30 days.')
@allowed(['dev', 'prod'])
param profile string

@description('Second region, for prod only.')
param secondaryLocation string = ''

@description('Region whose app runs the change-feed and timer functions; a chain of audit entries has one writer. Empty: the primary region.')
param workerLocation string = ''

@description('Name of your own for the app (prod only), such as gitops.clinic.example. Empty: none.')
param customDomain string = ''

@description('Name of the Cosmos DB account; a restored one has another. Empty: made from the name of the environment.')
param cosmosAccountName string = ''

@description('Every region takes writes (prod only).')
param multipleWriteRegions bool

@description('Closes Cosmos DB, storage and Key Vault to the internet. The app itself stays open: GitHub has to reach it.')
param privateNetworking bool

@description('Versionless address of a customer-managed key for Cosmos DB. Empty: a key of the platform.')
param customerManagedKeyUri string = ''

@description('Resource id of the user-assigned identity that may use the customer-managed key.')
param customerManagedKeyIdentityId string = ''

@description('Node.js of the app: the newest LTS that Flex Consumption offers in the regions.')
@allowed(['22', '24'])
param nodeVersion string

@description('How long commits, audit entries and digests are kept after their last write. Six years at least.')
@minValue(2192)
@maxValue(24855)
param retentionDays int

@description('NCRONTAB of the digest with six fields, in UTC.')
param digestSchedule string

@description('Sender of the mails with digests; the vault then holds the server as `smtp-url`. Empty: no mail.')
param smtpFrom string = ''

@description('A Cosmos DB operation slower than this is logged as a warning.')
@minValue(1)
param slowOperationMs int

@description('Whether the vault holds a secret `github-token` that the app may use to ask GitHub.')
param useGithubToken bool

@description('Id of a GitHub App that the app asks GitHub as, instead of a token; the vault then holds its key as `github-app-private-key`. Empty: none.')
param githubAppId string = ''

@description('Who gets alerts and the budget notices.')
@minLength(3)
param alertEmail string

@description('Budget a month, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int

@description('First month of the budget, YYYY-MM-01; it cannot be changed later. Empty: this month.')
param budgetStartDate string = ''

@description('Not to be set: only a default value may ask for the time.')
param firstOfThisMonth string = utcNow('yyyy-MM-01')

@description('Object id of whoever deploys: may write the secrets of the vault. Empty: nobody.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string

@description('Object id of whoever writes audit exports to the evidence store; never the identity of the app. Empty: nobody yet.')
param evidenceWriterPrincipalId string = ''

var profiles = loadJsonContent('profiles.json')
var size = profiles[profile]
var containers = loadJsonContent('containers.json')

// A combination that Azure would refuse late, or accept and let down later, is refused here before anything is made.
var hasSecondary = !empty(secondaryLocation)
var regions = size.serverless && hasSecondary
  ? fail('A serverless Cosmos DB account has exactly one region: leave GITOPS_SECONDARY_LOCATION empty or choose the profile prod.')
  : !size.serverless && !hasSecondary
      ? fail('The profile prod needs a second region: set GITOPS_SECONDARY_LOCATION.')
      : hasSecondary ? [location, secondaryLocation] : [location]
var writesEverywhere = multipleWriteRegions && !hasSecondary
  ? fail('Several write regions need a second region: set GITOPS_SECONDARY_LOCATION.')
  : multipleWriteRegions
var workerRegion = empty(workerLocation)
  ? location
  : contains(regions, workerLocation)
      ? workerLocation
      : fail('GITOPS_WORKER_LOCATION must be one of the regions of the app.')

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = {
  'azd-env-name': environmentName
  product: 'gitops-healthcare'
  'data-classification': 'confidential'
}
var webhookKeyName = 'webhook-master-key'
var githubTokenName = 'github-token'
var githubAppKeyName = 'github-app-private-key'
var smtpUrlName = 'smtp-url'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    retentionInDays: size.logRetentionDays
    dailyCapGb: size.logDailyCapGb
    publisherPrincipalId: identity.outputs.principalId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    name: empty(cosmosAccountName) ? 'cosmos-${token}' : cosmosAccountName
    regions: regions
    tags: tags
    serverless: size.serverless
    zoneRedundant: size.zoneRedundant
    multipleWriteRegions: writesEverywhere
    backupTier: size.backupTier
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
    customerManagedKeyUri: customerManagedKeyUri
    customerManagedKeyIdentityId: customerManagedKeyIdentityId
    databaseName: containers.database
    definitions: containers.containers
    retentionDays: retentionDays
    commitsThroughputMax: size.commitsThroughputMax
    throughputMax: size.throughputMax
    workspaceId: monitoring.outputs.workspaceId
  }
}

module cosmosAccess 'modules/cosmosAccess.bicep' = {
  name: 'cosmosAccess'
  scope: group
  params: {
    accountName: cosmos.outputs.name
    databaseName: containers.database
    principalId: identity.outputs.principalId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
    readerPrincipalId: identity.outputs.principalId
    officerPrincipalId: principalId
    officerPrincipalType: principalType
    workspaceId: monitoring.outputs.workspaceId
  }
}

module storage 'modules/storage.bicep' = [
  for (region, index) in regions: {
    name: 'storage-${index}'
    scope: group
    params: {
      name: 'st${token}${index}'
      location: region
      tags: tags
      sku: size.storageSku
      publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
      ownerPrincipalId: identity.outputs.principalId
    }
  }
]

module evidence 'modules/evidence.bicep' = if (size.evidenceStore) {
  name: 'evidence'
  scope: group
  params: {
    name: 'ev${token}'
    location: location
    tags: tags
    sku: size.storageSku
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
    retentionDays: retentionDays
    writerPrincipalId: evidenceWriterPrincipalId
  }
}

// A resource group a region: the private DNS zones bear the same names in each.
resource networkGroups 'Microsoft.Resources/resourceGroups@2024-03-01' = [
  for (region, index) in regions: if (privateNetworking) {
    name: 'rg-${environmentName}-network-${index}'
    location: region
    tags: tags
  }
]

module networks 'modules/network.bicep' = [
  for (region, index) in regions: if (privateNetworking) {
    name: 'network-${index}'
    scope: networkGroups[index]
    params: {
      token: token
      location: region
      tags: tags
      addressPrefix: '10.${60 + index}.0.0/16'
      cosmosId: cosmos.outputs.id
      storageId: storage[index].outputs.id
      vaultId: vault.outputs.id
      evidenceId: size.evidenceStore && index == 0 ? evidence.outputs.id : ''
    }
  }
]

module apps 'modules/functionApp.bicep' = [
  for (region, index) in regions: {
    name: 'app-${index}'
    scope: group
    params: {
      name: 'func-${token}-${index}'
      location: region
      // azd deploys to the one app with this tag; a hook brings the same package to the others.
      tags: index == 0 ? union(tags, { 'azd-service-name': 'api' }) : tags
      identityId: identity.outputs.id
      identityClientId: identity.outputs.clientId
      nodeVersion: nodeVersion
      instanceMemoryMB: size.instanceMemoryMB
      instancesMax: size.instancesMax
      alwaysReadyInstances: size.alwaysReadyInstances
      zoneRedundant: size.zoneRedundant
      isWorker: region == workerRegion
      storageName: storage[index].outputs.name
      packageContainer: storage[index].outputs.packageContainer
      subnetId: privateNetworking ? networks[index].outputs.appSubnetId : ''
      insightsConnectionString: monitoring.outputs.insightsConnectionString
      cosmosEndpoint: cosmos.outputs.endpoint
      cosmosDatabase: containers.database
      preferredRegions: union([region], regions)
      retentionDays: retentionDays
      digestSchedule: digestSchedule
      slowOperationMs: slowOperationMs
      webhookKeyUri: '${vault.outputs.uri}secrets/${webhookKeyName}'
      githubTokenUri: useGithubToken ? '${vault.outputs.uri}secrets/${githubTokenName}' : ''
      githubAppId: githubAppId
      githubAppKeyUri: '${vault.outputs.uri}secrets/${githubAppKeyName}'
      // The name that Front Door gives is known only after the apps are made.
      publicUrl: empty(customDomain) ? '' : 'https://${customDomain}'
      smtpFrom: smtpFrom
      smtpUri: '${vault.outputs.uri}secrets/${smtpUrlName}'
      secretsUri: '${vault.outputs.uri}secrets/'
    }
    dependsOn: [cosmosAccess]
  }
]

module frontDoor 'modules/frontDoor.bicep' = if (hasSecondary) {
  name: 'frontDoor'
  scope: group
  params: {
    token: token
    tags: tags
    hostNames: [for (region, index) in regions: apps[index].outputs.hostName]
    customDomain: customDomain
  }
}

var publicHost = hasSecondary ? frontDoor.outputs.hostName : apps[0].outputs.hostName

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    insightsId: monitoring.outputs.insightsId
    cosmosId: cosmos.outputs.id
    isProvisioned: !size.serverless
    healthEverySeconds: size.healthEverySeconds
    healthUrl: 'https://${publicHost}/api/health/ready'
  }
}

module budget 'modules/budget.bicep' = {
  name: 'budget'
  scope: group
  params: {
    amount: monthlyBudget
    startDate: empty(budgetStartDate) ? firstOfThisMonth : budgetStartDate
    email: alertEmail
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

// azd keeps outputs in a plain file: addresses and names only.
output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = apps[0].outputs.name
output GITOPS_OTHER_APP_NAMES string = hasSecondary ? apps[1].outputs.name : ''
output GITOPS_API_URL string = 'https://${publicHost}/api'
output GITOPS_KEY_VAULT_NAME string = vault.outputs.name
output GITOPS_WEBHOOK_KEY_NAME string = webhookKeyName
output GITOPS_COSMOS_ACCOUNT_NAME string = cosmos.outputs.name
output GITOPS_EVIDENCE_ACCOUNT_NAME string = size.evidenceStore ? evidence.outputs.name : ''
