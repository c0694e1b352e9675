// The operator's page in the portal: intake, change feed, digests, slow and failed work, Cosmos DB.
param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'gitops-healthcare')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'gitops-healthcare'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
  }
}
