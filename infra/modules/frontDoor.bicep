// One address for the apps of all regions; a region that is not ready gets no requests.
param token string
param tags object

@description('Of the apps, the primary region first.')
param hostNames string[]

@description('A name of your own, such as gitops.clinic.example. Empty: none.')
param customDomain string

resource profile 'Microsoft.Cdn/profiles@2024-02-01' = {
  name: 'afd-${token}'
  location: 'global'
  tags: tags
  sku: { name: 'Standard_AzureFrontDoor' }
  // A digest or an export may take a while to begin.
  properties: { originResponseTimeoutSeconds: 230 }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2024-02-01' = {
  parent: profile
  name: 'gitops-${token}'
  location: 'global'
  tags: tags
  properties: { enabledState: 'Enabled' }
}

resource originGroup 'Microsoft.Cdn/profiles/originGroups@2024-02-01' = {
  parent: profile
  name: 'apps'
  properties: {
    loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 }
    healthProbeSettings: {
      probePath: '/api/health/ready'
      probeRequestType: 'GET'
      probeProtocol: 'Https'
      probeIntervalInSeconds: 60
    }
    sessionAffinityState: 'Disabled'
  }
}

@batchSize(1)
resource origins 'Microsoft.Cdn/profiles/originGroups/origins@2024-02-01' = [
  for (hostName, index) in hostNames: {
    parent: originGroup
    name: 'app-${index}'
    properties: {
      hostName: hostName
      originHostHeader: hostName
      httpsPort: 443
      priority: 1
      weight: 1000
      enabledState: 'Enabled'
      enforceCertificateNameCheck: true
    }
  }
]

// Works once its owner has proved it in DNS (docs/deploy.md); the certificate is the platform's and renews itself.
resource domain 'Microsoft.Cdn/profiles/customDomains@2024-02-01' = if (!empty(customDomain)) {
  parent: profile
  name: replace(empty(customDomain) ? 'none' : customDomain, '.', '-')
  properties: {
    hostName: customDomain
    tlsSettings: { certificateType: 'ManagedCertificate', minimumTlsVersion: 'TLS12' }
  }
}

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2024-02-01' = {
  parent: endpoint
  name: 'all'
  properties: {
    originGroup: { id: originGroup.id }
    customDomains: empty(customDomain) ? [] : [{ id: domain.id }]
    supportedProtocols: ['Https']
    patternsToMatch: ['/*']
    forwardingProtocol: 'HttpsOnly'
    httpsRedirect: 'Disabled'
    linkToDefaultDomain: 'Enabled'
  }
  dependsOn: [origins]
}

output hostName string = endpoint.properties.hostName
