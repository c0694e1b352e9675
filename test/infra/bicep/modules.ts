import { posix } from 'node:path';
import { findNodes, literalText, type Node, namedChildren, propertiesOf } from './syntax';
import { type Declaration, type Finding, finding, type Template } from './template';

/** What stands on disk: templates by path, and the paths of all other files. */
export interface Folder {
  templates: Map<string, Template>;
  files: Set<string>;
}

const targetOf = (template: Template, path: string) =>
  posix.normalize(posix.join(posix.dirname(template.file), path));

/** Modules and loaded files that are not there, parameters that do not fit, and outputs that the module does not have. */
export function checkModules(template: Template, folder: Folder): Finding[] {
  const modules = template.declarations.filter(({ kind }) => kind === 'module');
  return [
    ...modules.flatMap((module) => checkModule(template, module, folder)),
    ...checkOutputs(template, modules, folder),
    ...checkLoadedFiles(template, folder),
  ];
}

function checkModule(template: Template, module: Declaration, folder: Folder): Finding[] {
  const target = folder.templates.get(targetOf(template, module.source ?? ''));
  if (target === undefined)
    return [finding('missing-module', template, module.node, `there is no ${module.source}`)];
  const params = target.declarations.filter(({ kind }) => kind === 'param');
  const given = module.body && propertiesOf(module.body).get('params');
  const passed = given === undefined ? new Map<string, Node>() : propertiesOf(given);
  const known = new Set(params.map(({ name }) => name));
  return [
    ...[...passed]
      .filter(([name]) => !known.has(name))
      .map(([name, node]) =>
        finding('unknown-module-param', template, node, `${module.source} has no param ${name}`),
      ),
    ...params
      .filter(({ name, isOptional }) => !isOptional && !passed.has(name))
      .map(({ name }) =>
        finding('missing-module-param', template, module.node, `${module.source} needs the param ${name}`),
      ),
  ];
}

/** `name.outputs.output` and `name[index].outputs.output`. */
function checkOutputs(template: Template, modules: Declaration[], folder: Folder): Finding[] {
  return findNodes(template.root, ({ type }) => type === 'member_expression').flatMap((node) => {
    const outputs = node.childForFieldName('object');
    if (outputs?.type !== 'member_expression' || outputs.childForFieldName('property')?.text !== 'outputs')
      return [];
    // The grammar hangs a member behind a whole conditional expression; the last name before it is the owner.
    const name = /(\w+)(\[[^[\]]*\])?$/.exec(outputs.childForFieldName('object')?.text ?? '')?.[1];
    const module = modules.find((candidate) => candidate.name === name);
    const output = node.childForFieldName('property')?.text;
    const target = module && folder.templates.get(targetOf(template, module.source ?? ''));
    if (
      target?.declarations.some((declaration) => declaration.kind === 'output' && declaration.name === output)
    )
      return [];
    return [finding('unknown-output', template, node, `${name} has no output ${output}`)];
  });
}

function checkLoadedFiles(template: Template, folder: Folder): Finding[] {
  return findNodes(template.root, ({ type }) => type === 'call_expression').flatMap((call) => {
    if (!/^load\w+$/.test(call.childForFieldName('function')?.text ?? '')) return [];
    const path = literalText(namedChildren(call.childForFieldName('arguments') ?? call)[0]);
    if (path !== undefined && folder.files.has(targetOf(template, path))) return [];
    return [finding('missing-file', template, call, `there is no file ${path}`)];
  });
}
