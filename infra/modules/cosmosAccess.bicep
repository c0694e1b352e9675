// What the identity of the app may do with the items, container by container: what its code does, and no more.
param accountName string
param databaseName string
param principalId string

var dataRoles = loadJsonContent('../data-roles.json')
var assignments = flatten(map(
  range(0, length(dataRoles)),
  index => map(dataRoles[index].containers, container => { role: index, container: container })
))

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: accountName
}

// The client library reads the account's regions and the containers' settings; no items.
resource metadataReader 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2025-04-15' = {
  parent: account
  name: guid(account.id, 'metadata-reader')
  properties: {
    roleName: 'gitops-healthcare metadata-reader'
    type: 'CustomRole'
    assignableScopes: [account.id]
    permissions: [{ dataActions: ['Microsoft.DocumentDB/databaseAccounts/readMetadata'] }]
  }
}

resource metadataAssignment 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = {
  parent: account
  name: guid(account.id, principalId, 'metadata-reader')
  properties: {
    roleDefinitionId: metadataReader.id
    principalId: principalId
    scope: account.id
  }
}

@batchSize(1)
resource roles 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2025-04-15' = [
  for role in dataRoles: {
    parent: account
    name: guid(account.id, role.name)
    properties: {
      roleName: 'gitops-healthcare ${role.name}'
      type: 'CustomRole'
      assignableScopes: ['${account.id}/dbs/${databaseName}']
      permissions: [
        {
          dataActions: map(
            role.actions,
            action => 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/${action}'
          )
        }
      ]
    }
    dependsOn: [metadataReader]
  }
]

@batchSize(1)
resource roleAssignments 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = [
  for assignment in assignments: {
    parent: account
    name: guid(account.id, principalId, dataRoles[assignment.role].name, assignment.container)
    properties: {
      roleDefinitionId: roles[assignment.role].id
      principalId: principalId
      scope: '${account.id}/dbs/${databaseName}/colls/${assignment.container}'
    }
    dependsOn: [metadataAssignment]
  }
]
