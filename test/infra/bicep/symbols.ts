import { findNodes, type Node, namedChildren } from './syntax';
import { type Finding, finding, type Template } from './template';

/** Functions of Bicep that these templates may call. A misspelt one is in no list. */
const builtIn = new Set(
  `any array base64 bool cidrSubnet coalesce concat contains deployment empty endsWith environment fail filter flatten
  format groupBy guid int intersection items join json last length loadFileAsBase64 loadJsonContent loadTextContent map
  max min newGuid objectKeys padLeft parseCidr pickZones range reduce replace resourceGroup resourceId skip sort split
  startsWith string subscription subscriptionResourceId substring take tenant toLower toObject toUpper trim union
  uniqueString uri utcNow allowed batchSize description discriminator export maxLength maxValue metadata minLength
  minValue sealed secure`.split(/\s+/),
);

/** Names that are read: everything but keys, names being declared, and functions being called. */
function isReference(node: Node): boolean {
  const { parent } = node;
  if (node.type !== 'identifier' || parent === null) return false;
  const isFirst = parent.firstNamedChild?.id === node.id;
  switch (parent.type) {
    case 'object_property':
    case 'lambda_expression':
    case 'parameter':
    case 'user_defined_function':
      return !isFirst;
    case 'call_expression':
      return parent.childForFieldName('function')?.id !== node.id;
    case 'for_statement':
      return parent.childForFieldName('initializer')?.id !== node.id;
    default:
      return !parent.type.endsWith('_declaration') || !isFirst;
  }
}

/** The names that loops and lambdas around a node bring in. A lambda's reach is the call that it is an argument of. */
function localNames(node: Node): Set<string> {
  const names = new Set<string>();
  for (let around = node.parent; around !== null; around = around.parent) {
    if (around.type === 'for_statement') {
      const initializer = around.childForFieldName('initializer');
      if (initializer) names.add(initializer.text);
      for (const variable of findNodes(around, ({ type }) => /^loop_(variable|enumerator)$/.test(type)))
        names.add(variable.text);
    }
    if (around.type === 'arguments' || around.type === 'user_defined_function') {
      const binders = findNodes(around, ({ type }) => type === 'lambda_expression' || type === 'parameter');
      for (const binder of binders) names.add(namedChildren(binder)[0]?.text ?? '');
    }
  }
  return names;
}

/** What the parser could not make sense of. */
export function checkSyntax(template: Template): Finding[] {
  return findNodes(template.root, (node) => node.isError || node.isMissing).map((node) =>
    finding(
      'syntax',
      template,
      node,
      node.isMissing ? `missing ${node.type}` : `cannot be parsed: ${node.text}`,
    ),
  );
}

/** Properties that stand twice in one object. */
export function checkKeys(template: Template): Finding[] {
  return findNodes(template.root, ({ type }) => type === 'object').flatMap((object) => {
    const keys = namedChildren(object).flatMap((property) => namedChildren(property)[0] ?? []);
    const texts = keys.map(({ text }) => text);
    return keys
      .filter(({ text }, index) => texts.indexOf(text) !== index)
      .map((key) => finding('key-twice', template, key, `${key.text} stands twice in one object`));
  });
}

/** Names that are read and nowhere declared, unknown functions, names declared twice, and names that nobody reads. */
export function checkSymbols(template: Template): Finding[] {
  const names = template.declarations.filter(({ kind }) => kind !== 'output');
  const declared = new Map(names.map((declaration) => [declaration.name, declaration]));
  const references = findNodes(template.root, isReference);
  const unknown = references.filter((node) => !declared.has(node.text) && !localNames(node).has(node.text));
  const unknownFunctions = findNodes(template.root, ({ type }) => type === 'call_expression')
    .map((call) => call.childForFieldName('function'))
    .filter((callee): callee is Node => callee?.type === 'identifier')
    .filter(({ text }) => !builtIn.has(text) && declared.get(text)?.kind !== 'func');
  const twice = names.filter((declaration) => declared.get(declaration.name) !== declaration);
  const read = new Set(references.map(({ text }) => text));
  const unused = names.filter(
    ({ kind, name, isExisting }) =>
      !read.has(name) && (kind === 'param' || kind === 'var' || kind === 'type' || isExisting),
  );
  return [
    ...unknown.map((node) => finding('undeclared', template, node, `${node.text} is not declared`)),
    ...unknownFunctions.map((node) =>
      finding('unknown-function', template, node, `${node.text} is not a function of Bicep`),
    ),
    ...twice.map(({ name, node }) => finding('declared-twice', template, node, `${name} is declared twice`)),
    ...unused.map(({ kind, name, node }) =>
      finding('unused', template, node, `${kind} ${name} is never read`),
    ),
  ];
}
