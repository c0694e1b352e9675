import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { checkModules, type Folder } from './modules';
import { checkResources } from './resources';
import { checkKeys, checkSymbols, checkSyntax } from './symbols';
import { type Finding, readTemplate, type Template } from './template';

export { findNodes, literalText, namedChildren, propertiesOf } from './syntax';
export type { Finding, Template } from './template';

/** The text of every file of a folder by path, with forward slashes. */
export async function readFolder(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const texts = files.map(
    async (file): Promise<[string, string]> => [
      file.split(sep).join('/'),
      await readFile(join(folder, file), 'utf8'),
    ],
  );
  return new Map(await Promise.all(texts));
}

/** The templates among the files. */
export async function readTemplates(files: ReadonlyMap<string, string>): Promise<Map<string, Template>> {
  const templates = new Map<string, Template>();
  for (const [file, text] of files)
    if (file.endsWith('.bicep')) templates.set(file, await readTemplate(file, text));
  return templates;
}

/** Everything that is wrong with the templates among the files, and templates that no other one uses. */
export async function checkTemplates(files: ReadonlyMap<string, string>): Promise<Finding[]> {
  const templates = await readTemplates(files);
  const folder: Folder = { templates, files: new Set(files.keys()) };
  return [...templates.values()].flatMap((template) => {
    const syntax = checkSyntax(template);
    // What follows a syntax error is guesswork.
    if (syntax.length > 0) return syntax;
    return [
      ...checkKeys(template),
      ...checkSymbols(template),
      ...checkModules(template, folder),
      ...checkResources(template),
    ];
  });
}
