import { readdir, readFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { dirname, join, posix, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import { App, type AppLog } from './app';
import { HostError, messageOf, stackOf } from './errors';
import { readOnly } from './hooks';

const coreModuleId = '@azure/functions-core';
let coreModule: object | undefined;

export interface LoadedApp {
  app: App;
  entryFolders: string[];
}

/** As the real worker does it: the module is on no disk, so `require` itself answers for its name. One app a process. */
function provideCoreModule(module: object): void {
  const isFirst = coreModule === undefined;
  coreModule = module;
  if (!isFirst) return;
  const original = Module.prototype.require;
  Module.prototype.require = Object.assign(function (this: NodeModule, id: string): unknown {
    return id === coreModuleId ? coreModule : original.call(this, id);
  }, original);
}

/**
 * Loads the files that the app's package.json names as `main` (a path or glob pattern), runs the appStart hooks and asks for
 * the capabilities, in the real worker's order.
 * @param generation counts the loads in this process; from the second on, modules are read anew.
 * @throws HostError where there is no such file, or one throws.
 */
export async function loadApp(directory: string, log: AppLog, generation = 0): Promise<LoadedApp> {
  const app = new App(log);
  const manifest = await readManifest(directory);
  const files = await entryFiles(directory, manifest.main);
  if (files.length === 0) {
    throw new HostError(
      `No file matches "main": "${manifest.main}" of ${join(directory, 'package.json')}. Is the app built?`,
    );
  }
  if (generation > 0) forgetModules(directory);
  provideCoreModule(app.coreModule());
  for (const file of files) {
    try {
      await loadFile(join(directory, file), manifest.type, generation);
    } catch (error) {
      throw new HostError(`The app's entry file "${file}" does not load:\n${stackOf(error)}`, {
        cause: error,
      });
    }
  }
  const hookData = { hookData: app.hooks.appLevelHookData, appHookData: app.hooks.appHookData };
  await app.hooks.run('appStart', readOnly({ functionAppDirectory: directory }, hookData));
  const capabilities = await app.programmingModel?.getCapabilities?.(workerCapabilities());
  app.workerUri = capabilities?.HttpUri;
  app.finishStarting();
  const entryFolders = [...new Set(files.map((file) => dirname(join(directory, file))))];
  return { app, entryFolders };
}

function workerCapabilities(): Record<string, string> {
  return {
    RawHttpBodyBytes: 'true',
    RpcHttpTriggerMetadataRemoved: 'true',
    RpcHttpBodyOnly: 'true',
    IgnoreEmptyValuedRpcHttpHeaders: 'true',
    UseNullableValueDictionaryForHttp: 'true',
    WorkerStatus: 'true',
    TypedDataCollection: 'true',
    HandlesWorkerTerminateMessage: 'true',
  };
}

async function readManifest(directory: string): Promise<{ main: string; type?: string }> {
  const path = join(directory, 'package.json');
  let manifest: { main?: unknown; type?: string };
  try {
    manifest = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new HostError(`There is no function app in ${directory}: ${messageOf(error)}`, { cause: error });
  }
  if (typeof manifest.main !== 'string' || manifest.main === '') {
    throw new HostError(`${path} has no "main", so there is nothing to load.`);
  }
  return { ...manifest, main: manifest.main.replace(/^\.\//, '') };
}

/** The files that a path or glob pattern names, in order; only the folder that the pattern begins with is searched. */
async function entryFiles(directory: string, pattern: string): Promise<string[]> {
  const { base, glob, isGlob } = picomatch.scan(pattern);
  const isEntry = picomatch(pattern);
  const folder = isGlob ? base : dirname(pattern);
  const options = { recursive: isGlob && glob.includes('/') };
  const names = await readdir(join(directory, folder), options).catch(() => []);
  return names
    .map((name) => posix.join(folder, name.split(sep).join(posix.sep)))
    .filter((path) => isEntry(path) && !path.includes('node_modules/'))
    .sort();
}

async function loadFile(path: string, packageType: string | undefined, generation: number): Promise<void> {
  const isModule = path.endsWith('.mjs') || (!path.endsWith('.cjs') && packageType === 'module');
  if (isModule) {
    const url = pathToFileURL(path);
    if (generation > 0) url.searchParams.set('generation', String(generation));
    await import(url.href);
  } else {
    createRequire(path)(path);
  }
}

/** Drops the app's own modules from the cache; what it has installed stays. */
function forgetModules(directory: string): void {
  const { cache } = createRequire(join(directory, 'package.json'));
  for (const path of Object.keys(cache)) {
    if (path.startsWith(directory + sep) && !path.includes(`${sep}node_modules${sep}`)) delete cache[path];
  }
}
