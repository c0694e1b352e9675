/** `npm run bench -- NAME [arguments]`: runs one measurement, each side by side with its named peer. */
const benches: Record<string, () => Promise<{ run(args: string[]): Promise<void> }>> = {
  audit: () => import('./audit'),
  coldstart: () => import('./coldstart'),
  dashboard: () => import('./dashboard'),
  emulator: () => import('./emulator'),
  'emulator-million': () => import('./emulatorMillion'),
  host: () => import('./host'),
  ingest: () => import('./ingest'),
  backfill: () => import('./backfill'),
  query: () => import('./query'),
  'query-export': () => import('./queryExport'),
  risk: () => import('./risk'),
  'risk-evaluate': () => import('./risk/evaluate'),
  'risk-learn': () => import('./risk/learn'),
};

async function main([name = '', ...args]: string[]): Promise<void> {
  const load = benches[name];
  if (!load) {
    process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join('|')}\n`);
    process.exitCode = 2;
    return;
  }
  await (await load()).run(args);
}

void main(process.argv.slice(2));
