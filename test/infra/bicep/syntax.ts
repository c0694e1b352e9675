import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A syntax node of a Bicep file. */
export type { Node };

const fromHere = createRequire(join(process.cwd(), 'package.json'));
let parser: Promise<Parser> | undefined;

/** The parser of tree-sitter-bicep: syntax alone, no types. Its 1.1.0 knows neither `...` nor `!`. */
async function bicepParser(): Promise<Parser> {
  parser ??= (async () => {
    await Parser.init();
    const folder = dirname(fromHere.resolve('tree-sitter-bicep/package.json'));
    const language = await Language.load(await readFile(join(folder, 'tree-sitter-bicep.wasm')));
    return new Parser().setLanguage(language);
  })();
  return parser;
}

/** The root of the syntax tree; nodes that could not be parsed are of type `ERROR` or missing. */
export async function parseBicep(source: string): Promise<Node> {
  const tree = (await bicepParser()).parse(source);
  if (tree === null) throw new Error('the parser gave no tree');
  return tree.rootNode;
}

/** Every node below and including `node` for which `keep` holds, in the order of the text. */
export function findNodes(node: Node, keep: (node: Node) => boolean): Node[] {
  const below = node.children.flatMap((child) => (child === null ? [] : findNodes(child, keep)));
  return keep(node) ? [node, ...below] : below;
}

/** The children that the grammar names. */
export function namedChildren(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null);
}

/** The text of a string without interpolation; undefined for any other node. */
export function literalText(node: Node | undefined): string | undefined {
  if (node?.type !== 'string' || findNodes(node, ({ type }) => type === 'interpolation').length > 0)
    return undefined;
  return namedChildren(node)
    .map(({ text }) => text)
    .join('');
}

/** The properties of an object literal by name; names with interpolation are left out. */
export function propertiesOf(object: Node): Map<string, Node> {
  const properties = new Map<string, Node>();
  for (const property of namedChildren(object).filter(({ type }) => type === 'object_property')) {
    const [key, value] = namedChildren(property);
    const name = key?.type === 'identifier' ? key.text : literalText(key);
    if (name !== undefined && value !== undefined) properties.set(name, value);
  }
  return properties;
}
