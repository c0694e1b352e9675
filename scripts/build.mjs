// Bundles the deployed app into an entry and what that loads later, and the local tools into one file each.
// `--bench` bundles the measurements too. `--watch` builds again on every change. `--if-possible` (the prepare script)
// does nothing where the development packages are left out.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

let esbuild;
try {
  esbuild = await import('esbuild');
} catch (error) {
  if (process.argv.includes('--if-possible')) process.exit(0);
  throw error;
}

const entryPoints = {
  'local/start': 'local/start.ts',
  'local/emulatorThread': 'local/stack/emulatorThread.ts',
  'local/func': 'local/func.ts',
  'local/host': 'local/host/main.ts',
  'local/emulator': 'local/emulator/main.ts',
  'cli/index': 'cli/index.ts',
  ...(process.argv.includes('--bench') && { 'bench/index': 'bench/index.ts' }),
};
// The dashboard is a program of its own, for browsers: bundled first, then put as text where the app serves it from.
const dashboard = {
  name: 'dashboard',
  setup(build) {
    build.onLoad({ filter: /src[\\/]dashboard[\\/]assets\.ts$/ }, async ({ path }) => {
      const folder = path.slice(0, -'assets.ts'.length);
      const bundled = await esbuild.build({
        entryPoints: [`${folder}main.tsx`, `${folder}style.css`],
        outdir: 'out',
        write: false,
        bundle: true,
        minify: true,
        format: 'iife',
        target: ['es2022'],
        jsx: 'automatic',
        jsxImportSource: 'preact',
        legalComments: 'none',
        metafile: true,
      });
      const text = (end) => JSON.stringify(bundled.outputFiles.find((file) => file.path.endsWith(end)).text);
      return {
        contents: `export const script = ${text('.js')};\nexport const style = ${text('.css')};`,
        watchFiles: Object.keys(bundled.metafile.inputs),
      };
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'cjs',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  // The Functions worker provides the first; the second is a native addon; only benches ask for the others.
  external: ['@azure/functions-core', 'lmdb', 'esbuild', 'playwright-core'],
  logLevel: 'warning',
  plugins: [dashboard],
};

// Smaller for the parser of a cold start; names stay, for the traces of stacks.
const deployed = { minifyWhitespace: true, minifySyntax: true };
const appFolder = join('dist', 'functions');

// A CommonJS file has no `import.meta`.
const importMetaUrl = {
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;',
};

// An app that runs may load any of these files at any moment, so what stays the same is left alone.
async function writeChanged(path, text) {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== text) await writeFile(path, text);
}

// esbuild splits only modules of ECMAScript; made CommonJS afterwards, they load sooner. The entry is written last: whoever
// watches the folder finds whole what it names.
const splitApp = {
  name: 'split-app',
  setup(build) {
    build.onEnd(async ({ errors, outputFiles }) => {
      if (errors.length > 0) return;
      await mkdir(appFolder, { recursive: true });
      const stale = new Set(await readdir(appFolder));
      const isEntry = ({ path }) => basename(path) === 'index.js';
      for (const { path, text } of outputFiles.sort((one, other) => isEntry(one) - isEntry(other))) {
        const name = basename(path);
        const { code, map } = await esbuild.transform(text, {
          ...deployed,
          format: 'cjs',
          platform: 'node',
          target: options.target,
          supported: { 'dynamic-import': false },
          ...(text.includes('import.meta.url') && importMetaUrl),
          sourcemap: 'external',
          sourcesContent: false,
          sourcefile: path,
        });
        await writeChanged(`${path}.map`, map);
        await writeChanged(path, `${code}//# sourceMappingURL=${name}.map\n`);
        stale.delete(name);
        stale.delete(`${name}.map`);
      }
      stale.delete('telemetry.js');
      for (const name of stale) await rm(join(appFolder, name), { recursive: true, force: true });
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const app = {
  ...options,
  ...deployed,
  entryPoints: { 'functions/index': 'src/functions/index.ts' },
  format: 'esm',
  splitting: true,
  chunkNames: 'functions/[name]-[hash]',
  sourcemap: 'inline',
  write: false,
  plugins: [...options.plugins, splitApp],
};

// The thread that sends telemetry: a file of its own, so that no cold start reads what only that thread needs.
/** @type {import('esbuild').BuildOptions} */
const exporter = {
  ...options,
  entryPoints: { 'functions/telemetry': 'src/lib/telemetry/exporter.ts' },
  minify: true,
  sourcemap: false,
};

for (const one of [options, app, exporter])
  if (process.argv.includes('--watch')) await (await esbuild.context(one)).watch();
  else await esbuild.build(one);
