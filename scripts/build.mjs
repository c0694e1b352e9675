// Bundles the deployed app into one file and the local tools into one file each.
// `--bench` bundles the measurements too. `--watch` builds again on every change. `--if-possible` (the prepare script)
// does nothing where the development packages are left out.
let esbuild;
try {
  esbuild = await import('esbuild');
} catch (error) {
  if (process.argv.includes('--if-possible')) process.exit(0);
  throw error;
}

const entryPoints = {
  'functions/index': 'src/functions/index.ts',
  'local/start': 'local/start.ts',
  'local/emulatorThread': 'local/stack/emulatorThread.ts',
  'local/func': 'local/func.ts',
  'local/host': 'local/host/main.ts',
  'local/emulator': 'local/emulator/main.ts',
  'cli/index': 'cli/index.ts',
  ...(process.argv.includes('--bench') && { 'bench/index': 'bench/index.ts' }),
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
  // The Functions worker provides the first; the second is a native addon.
  external: ['@azure/functions-core', 'lmdb'],
  logLevel: 'warning',
};

if (process.argv.includes('--watch')) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
