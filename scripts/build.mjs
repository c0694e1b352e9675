// Bundles the deployed app into one file and the local tools into one file each.
// `--if-possible` (the prepare script) does nothing where the development packages are left out.
import { existsSync } from 'node:fs';

let esbuild;
try {
  esbuild = await import('esbuild');
} catch (error) {
  if (process.argv.includes('--if-possible')) process.exit(0);
  throw error;
}

const bundles = {
  'functions/index': 'src/functions/index.ts',
  'local/start': 'local/start.ts',
  'local/emulatorThread': 'local/stack/emulatorThread.ts',
  'local/host': 'local/host/main.ts',
  'local/emulator': 'local/emulator/main.ts',
  'cli/index': 'cli/index.ts',
  'bench/index': 'bench/index.ts',
};
const entryPoints = Object.fromEntries(Object.entries(bundles).filter(([, source]) => existsSync(source)));

await esbuild.build({
  entryPoints,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'cjs',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  // The Functions worker provides the first; the second is a native addon.
  external: ['@azure/functions-core', 'lmdb'],
  logLevel: 'warning',
});
