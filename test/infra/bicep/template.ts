import { findNodes, literalText, type Node, namedChildren, parseBicep } from './syntax';

/** Something wrong in a template: which rule, where, and a sentence. */
export interface Finding {
  rule: string;
  file: string;
  /** From 1. */
  line: number;
  message: string;
}

/** A `param`, `var`, `output`, `resource`, `module`, `type` or `func`. */
export interface Declaration {
  kind: 'param' | 'var' | 'output' | 'resource' | 'module' | 'type' | 'func';
  name: string;
  node: Node;
  /** Type and API version of a resource, path of a module. */
  source: string | undefined;
  /** The object literal of a resource or module, inside its loop or condition. */
  body: Node | undefined;
  /** A `param` with a default value or a type that admits null. */
  isOptional: boolean;
  isExisting: boolean;
}

export interface Template {
  /** Path below the folder of templates, with forward slashes. */
  file: string;
  root: Node;
  declarations: Declaration[];
}

const kinds: Record<string, Declaration['kind']> = {
  parameter_declaration: 'param',
  variable_declaration: 'var',
  output_declaration: 'output',
  resource_declaration: 'resource',
  module_declaration: 'module',
  type_declaration: 'type',
  user_defined_function: 'func',
};

/** A template with what it declares. */
export async function readTemplate(file: string, source: string): Promise<Template> {
  const root = await parseBicep(source);
  const declarations = namedChildren(root).flatMap((node) => {
    const kind = kinds[node.type];
    return kind === undefined ? [] : [declarationOf(kind, node)];
  });
  return { file, root, declarations };
}

function declarationOf(kind: Declaration['kind'], node: Node): Declaration {
  const [name, second, third] = namedChildren(node);
  const type = second?.type === 'type' ? second : undefined;
  return {
    kind,
    name: name?.text ?? '',
    node,
    source: kind === 'resource' || kind === 'module' ? literalText(second) : undefined,
    body: kind === 'resource' || kind === 'module' ? bodyOf(node) : undefined,
    isOptional:
      third !== undefined ||
      (type !== undefined && findNodes(type, (inner) => inner.type === 'nullable_type').length > 0),
    isExisting: node.children.some((child) => child?.text === 'existing'),
  };
}

/** The object of a declaration, whether it stands alone, in a loop, behind a condition or in both. */
function bodyOf(node: Node): Node | undefined {
  const last = namedChildren(node).at(-1);
  if (last === undefined || last.type === 'object') return last;
  return last.type === 'for_statement' || last.type === 'if_statement' ? bodyOf(last) : undefined;
}

/** A finding at a node. */
export function finding(rule: string, template: Template, node: Node, message: string): Finding {
  return { rule, file: template.file, line: node.startPosition.row + 1, message };
}
