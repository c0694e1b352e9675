import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(__dirname, '../../..');

/** What `@seriousme/openapi-schema-validator` says of a document. */
export async function validateOpenApi(document: object): Promise<unknown> {
  const said = await inProcess(
    ['--input-type=module'],
    `import { readFileSync } from 'node:fs';
     import { Validator } from '@seriousme/openapi-schema-validator';
     const validator = new Validator();
     const { valid, errors } = await validator.validate(JSON.parse(readFileSync(0, 'utf8')));
     process.stdout.write(JSON.stringify({ valid, errors, version: validator.version }));`,
    document,
  );
  return JSON.parse(said);
}

/**
 * The types that `openapi-typescript` makes of a document. It wants the API of TypeScript 5, which `@ts-morph/common`
 * carries with it; the compiler of this project is a later one.
 */
export function clientTypes(document: object): Promise<string> {
  return inProcess(
    [],
    `const Module = require('node:module');
     const resolveFilename = Module._resolveFilename;
     Module._resolveFilename = (name, ...rest) =>
       resolveFilename(name === 'typescript' ? '@ts-morph/common/dist/typescript.js' : name, ...rest);
     const { default: openapiTS, astToString } = require('openapi-typescript');
     openapiTS(JSON.parse(require('node:fs').readFileSync(0, 'utf8')), { silent: true })
       .then((nodes) => process.stdout.write(astToString(nodes)));`,
    document,
  );
}

/** Runs a script in a process of its own, since Jest would load these packages as something that they are not. */
async function inProcess(options: string[], script: string, document: object): Promise<string> {
  const running = promisify(execFile)(process.execPath, [...options, '-e', script], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  running.child.stdin?.end(JSON.stringify(document));
  return (await running).stdout;
}
