import { build } from 'esbuild';

it('loads the settings, the telemetry and the library of the host, and leaves the rest to the first call', async () => {
  const { metafile } = await build({
    entryPoints: ['src/functions/index.ts'],
    outdir: 'out',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['@azure/functions-core'],
    metafile: true,
    logLevel: 'silent',
  });
  const loaded = ['out/index.js'];
  for (const file of loaded)
    for (const { path, kind } of metafile.outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && path.startsWith('out/') && !loaded.includes(path)) loaded.push(path);
  const modules = loaded.flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
  const rooms = modules.map(
    (path) =>
      /node_modules\/((?:@[^/]+\/)?[^/]+)|^(src\/lib\/[\w-]+)|^(src\/functions)/.exec(path)?.[0] ?? path,
  );
  expect([...new Set(rooms)].toSorted()).toEqual([
    'node_modules/@azure/functions',
    'node_modules/@azure/functions-extensions-base',
    'node_modules/zod',
    'src/functions',
    'src/lib/config',
    'src/lib/issuers',
    'src/lib/telemetry',
  ]);
});
