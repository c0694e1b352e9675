// Loads the app in the current folder as the Functions worker does and prints, as JSON, what it registers and how long
// that took. The worker supplies `@azure/functions-core` by patching `require`; so does this.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
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
const entry = resolve(require(resolve('package.json')).main);
require(entry);
const loadMs = Math.round(performance.now() - startedAt);
// What the entry loads later must be there and whole as well. The telemetry thread's file runs in no other thread.
const later = [entry];
for (const file of later)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/require\("\.\/([\w.-]+\.js)"\)/g))
    if (!later.includes(join(dirname(entry), name))) later.push(join(dirname(entry), name));
for (const file of later) require(file);
process.stdout.write(JSON.stringify({ functions, loadMs }));
process.exit(0);
