import { findNodes, literalText, type Node, namedChildren, propertiesOf } from './syntax';
import { type Declaration, type Finding, finding, type Template } from './template';

/**
 * The API version of each type, and whether the type takes tags. Raising one is a change here, made with the type's
 * reference at hand: https://learn.microsoft.com/azure/templates
 */
const resourceTypes: Record<string, { version: string; tags: boolean }> = {
  'Microsoft.Authorization/roleAssignments': { version: '2022-04-01', tags: false },
  'Microsoft.Cdn/profiles': { version: '2024-02-01', tags: true },
  'Microsoft.Cdn/profiles/afdEndpoints': { version: '2024-02-01', tags: true },
  'Microsoft.Cdn/profiles/afdEndpoints/routes': { version: '2024-02-01', tags: false },
  'Microsoft.Cdn/profiles/customDomains': { version: '2024-02-01', tags: false },
  'Microsoft.Cdn/profiles/originGroups': { version: '2024-02-01', tags: false },
  'Microsoft.Cdn/profiles/originGroups/origins': { version: '2024-02-01', tags: false },
  'Microsoft.Consumption/budgets': { version: '2023-11-01', tags: false },
  'Microsoft.DocumentDB/databaseAccounts': { version: '2025-04-15', tags: true },
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases': { version: '2025-04-15', tags: false },
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers': { version: '2025-04-15', tags: false },
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments': { version: '2025-04-15', tags: false },
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions': { version: '2025-04-15', tags: false },
  'Microsoft.Insights/actionGroups': { version: '2023-01-01', tags: true },
  'Microsoft.Insights/components': { version: '2020-02-02', tags: true },
  'Microsoft.Insights/diagnosticSettings': { version: '2021-05-01-preview', tags: false },
  'Microsoft.Insights/metricAlerts': { version: '2018-03-01', tags: true },
  'Microsoft.Insights/scheduledQueryRules': { version: '2023-12-01', tags: true },
  'Microsoft.Insights/webtests': { version: '2022-06-15', tags: true },
  'Microsoft.Insights/workbooks': { version: '2023-06-01', tags: true },
  'Microsoft.KeyVault/vaults': { version: '2023-07-01', tags: true },
  'Microsoft.ManagedIdentity/userAssignedIdentities': { version: '2023-01-31', tags: true },
  'Microsoft.Network/privateDnsZones': { version: '2020-06-01', tags: true },
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': { version: '2020-06-01', tags: true },
  'Microsoft.Network/privateEndpoints': { version: '2024-01-01', tags: true },
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': { version: '2024-01-01', tags: false },
  'Microsoft.Network/virtualNetworks': { version: '2024-01-01', tags: true },
  'Microsoft.OperationalInsights/workspaces': { version: '2023-09-01', tags: true },
  'Microsoft.Resources/resourceGroups': { version: '2024-03-01', tags: true },
  'Microsoft.Storage/storageAccounts': { version: '2023-05-01', tags: true },
  'Microsoft.Storage/storageAccounts/blobServices': { version: '2023-05-01', tags: false },
  'Microsoft.Storage/storageAccounts/blobServices/containers': { version: '2023-05-01', tags: false },
  'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies': {
    version: '2023-05-01',
    tags: false,
  },
  'Microsoft.Web/serverfarms': { version: '2024-04-01', tags: true },
  'Microsoft.Web/sites': { version: '2024-04-01', tags: true },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { version: '2024-04-01', tags: false },
  'Microsoft.Web/sites/config': { version: '2024-04-01', tags: false },
};

/** Built-in roles that may be assigned, by the name of the variable that holds the id. No owner, no contributor of accounts. */
const builtInRoles: Record<string, string> = {
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
};

/** What these properties must say wherever they stand, and what they may. */
const requiredValues: Record<string, RegExp> = {
  allowBlobPublicAccess: /^false$/,
  allowSharedKeyAccess: /^false$/,
  allowCrossTenantReplication: /^false$/,
  disableLocalAuth: /^true$/,
  DisableLocalAuth: /^true$/,
  disableKeyBasedMetadataWriteAccess: /^true$/,
  enablePurgeProtection: /^true$/,
  enableRbacAuthorization: /^true$/,
  httpsOnly: /^true$/,
  supportsHttpsTrafficOnly: /^true$/,
  minimalTlsVersion: /^'Tls12'$/,
  minimumTlsVersion: /^'TLS1_?2'$/,
  minTlsVersion: /^'1\.[23]'$/,
  scmMinTlsVersion: /^'1\.[23]'$/,
  ftpsState: /^'Disabled'$/,
  publicAccess: /^'None'$/,
  publicNetworkAccess: /^(publicNetworkAccess|privateNetworking \? 'Disabled' : 'Enabled')$/,
};

/** Properties that a type must not leave to its default. */
const requiredProperties: Record<string, string[]> = {
  'Microsoft.DocumentDB/databaseAccounts': [
    'disableLocalAuth',
    'disableKeyBasedMetadataWriteAccess',
    'minimalTlsVersion',
    'publicNetworkAccess',
    'backupPolicy',
  ],
  'Microsoft.Storage/storageAccounts': [
    'allowBlobPublicAccess',
    'allowSharedKeyAccess',
    'minimumTlsVersion',
    'publicNetworkAccess',
  ],
  'Microsoft.KeyVault/vaults': ['enableRbacAuthorization', 'enablePurgeProtection', 'publicNetworkAccess'],
  'Microsoft.Insights/components': ['DisableLocalAuth', 'WorkspaceResourceId'],
  'Microsoft.Web/sites': ['httpsOnly', 'minTlsVersion', 'scmMinTlsVersion', 'ftpsState'],
};

/** Everything about a template's resources that is a rule of ours and not of the language. */
export function checkResources(template: Template): Finding[] {
  const resources = template.declarations.filter(({ kind }) => kind === 'resource');
  return [
    ...resources.flatMap((resource) => checkResource(template, resource)),
    ...checkValues(template),
    ...checkRoles(template),
    ...checkSecrets(template),
  ];
}

function checkResource(template: Template, resource: Declaration): Finding[] {
  const [type = '', version] = (resource.source ?? '').split('@');
  const known = resourceTypes[type];
  if (known === undefined)
    return [finding('unknown-type', template, resource.node, `${type} is not in the list of types`)];
  const findings: Finding[] = [];
  if (version !== known.version)
    findings.push(finding('api-version', template, resource.node, `${type} is used at ${known.version}`));
  if (resource.isExisting || resource.body === undefined) return findings;
  const tags = propertiesOf(resource.body).get('tags');
  if (known.tags && (tags === undefined || !/\btags\b/.test(tags.text)))
    findings.push(finding('tags', template, resource.node, `${resource.name} does not carry the tags`));
  const names = new Set(allProperties(resource.body).map(({ name }) => name));
  for (const name of requiredProperties[type] ?? [])
    if (!names.has(name))
      findings.push(
        finding('left-to-default', template, resource.node, `${resource.name} does not set ${name}`),
      );
  return findings;
}

function allProperties(node: Node): { name: string; value: Node }[] {
  return findNodes(node, ({ type }) => type === 'object').flatMap((object) =>
    [...propertiesOf(object)].map(([name, value]) => ({ name, value })),
  );
}

function checkValues(template: Template): Finding[] {
  const forbidden = allProperties(template.root).flatMap(({ name, value }) => {
    const allowed = requiredValues[name];
    return allowed === undefined || allowed.test(value.text)
      ? []
      : [finding('forbidden-value', template, value, `${name} must not be ${value.text}`)];
  });
  // Serverless is one choice of two: never without a condition, and never beside several regions.
  const serverless = findNodes(template.root, (node) => literalText(node) === 'EnableServerless')
    .filter((node) => !isInTernary(node) || !/serverless && .*\?\s*fail\(/s.test(template.root.text))
    .map((node) =>
      finding(
        'forbidden-value',
        template,
        node,
        'EnableServerless needs its condition and the refusal of regions',
      ),
    );
  return [...forbidden, ...serverless];
}

function isInTernary(node: Node): boolean {
  for (let around = node.parent; around !== null; around = around.parent)
    if (around.type === 'ternary_expression') return true;
  return false;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function checkRoles(template: Template): Finding[] {
  return findNodes(template.root, (node) => guid.test(literalText(node) ?? '')).flatMap((node) => {
    const name =
      node.parent?.type === 'variable_declaration' ? namedChildren(node.parent)[0]?.text : undefined;
    return name !== undefined && builtInRoles[name] === literalText(node)
      ? []
      : [finding('role-id', template, node, `${node.text} is not the id of a role in the table`)];
  });
}

/** No key is ever asked for, and no output carries a secret. */
function checkSecrets(template: Template): Finding[] {
  const calls = findNodes(template.root, ({ type }) => type === 'call_expression').filter((call) =>
    /(^|\.)(list[A-Z]\w*|getSecret)$/.test(call.childForFieldName('function')?.text ?? ''),
  );
  const outputs = template.declarations.filter(
    ({ kind, node }) =>
      kind === 'output' && /secure|\.properties\.(value|primaryKey)|\blist[A-Z]/.test(node.text),
  );
  return [
    ...calls.map((node) => finding('key', template, node, `${node.text} asks for a key`)),
    ...outputs.map(({ name, node }) =>
      finding('secret-output', template, node, `${name} gives a secret away`),
    ),
  ];
}
