// Who is told when something goes wrong. The log alerts are data (alerts.json), so that a test can hold them to the code.
param token string
param location string
param tags object
param email string
param workspaceId string
param insightsId string
param cosmosId string

@description('Serverless accounts have no provisioned throughput to run out of.')
param isProvisioned bool
param healthUrl string

@allowed([300, 600, 900])
param healthEverySeconds int

var logAlerts = loadJsonContent('../alerts.json')

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'gitops'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource logRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in logAlerts: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'gitops-healthcare: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: rule.enabled
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      // The tables appear with the first telemetry, after the first deployment.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'cosmos-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'Cosmos DB refuses more than 100 requests in 5 minutes with 429. A few are normal: the client waits and tries again.'
    severity: 2
    enabled: true
    scopes: [cosmosId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'TotalRequests'
          dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 100
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

resource saturated 'Microsoft.Insights/metricAlerts@2018-03-01' = if (isProvisioned) {
  name: 'cosmos-throughput-used-up'
  location: 'global'
  tags: tags
  properties: {
    description: 'A partition has used 90 percent of its throughput for 15 minutes: raise the autoscale limit before it throttles.'
    severity: 3
    enabled: true
    scopes: [cosmosId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'used-up'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'NormalizedRUConsumption'
          timeAggregation: 'Average'
          operator: 'GreaterThanOrEqual'
          threshold: 90
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

resource availabilityTest 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'health-${token}'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health-${token}'
    Name: 'health'
    Enabled: true
    Frequency: healthEverySeconds
    Timeout: 30
    Kind: 'standard'
    RetryEnabled: true
    Locations: [
      { Id: 'us-va-ash-azr' }
      { Id: 'us-ca-sjc-azr' }
      { Id: 'emea-nl-ams-azr' }
      { Id: 'apac-sg-sin-azr' }
      { Id: 'emea-gb-db3-azr' }
    ]
    Request: { RequestUrl: healthUrl, HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'unavailable'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app is not ready, as seen from two places of the world or more.'
    severity: 1
    enabled: true
    scopes: [availabilityTest.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: healthEverySeconds > 300 ? 'PT30M' : 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: availabilityTest.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: people.id }]
  }
}
