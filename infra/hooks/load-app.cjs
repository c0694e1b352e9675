// Loads the app in the current folder as the Functions worker does and prints, as JSON, what it registers and how long
// that took. The worker supplies `@azure/functions-core` by patching `require`; so does this.
const Module = require('node:module');
const { resolve } = require('node:path');
const { performance } = require('node:perf_hooks');

class Disposable {
  constructor(onDispose) {
    this.dispose = onDispose ?? (() => undefined);
  }
}

const functions = {};
const core = {
  version: '3.0.0',
  hostVersion: '4.1037.0',
  Disposable,
  log: () => undefined,
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => undefined,
  registerHook: () => new Disposable(),
  registerFunction: ({ name, bindings }) => {
    const trigger = Object.values(bindings).find(({ type }) => /trigger$/i.test(type));
    functions[name] = trigger.type;
    return new Disposable();
  },
};

const original = Module.prototype.require;
Module.prototype.require = function (id) {
  return id === '@azure/functions-core' ? core : original.call(this, id);
};

const startedAt = performance.now();
require(resolve(require(resolve('package.json')).main));
process.stdout.write(JSON.stringify({ functions, loadMs: Math.round(performance.now() - startedAt) }));
process.exit(0);
