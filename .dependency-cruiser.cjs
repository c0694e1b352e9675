// Which room may import which. The order is: functions, then ingest and digest, then evidence, then store, auth,
// http and telemetry, then commit, risk and audit, then the leaves (config, issuers, errors, clock).
const leaves = '^src/lib/(config|issuers|errors|clock)\\.ts$';
const pure = '^src/lib/(commit|risk|audit|export)(/|\\.ts$)';
const settings = '^src/lib/settings(/|\\.ts$)';
const middle = '^src/lib/(store|auth|http|telemetry)(/|\\.ts$)';
const roads = '^src/lib/(ingest|digest)(/|\\.ts$)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan-imports',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@(azure/functions-core|octokit/webhooks-types)$' },
    },
    {
      name: 'src-stands-alone',
      comment: 'local, cli, bench and test never reach the deployed package',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^(local|cli|bench|test)/' },
    },
    {
      name: 'functions-are-the-top',
      severity: 'error',
      from: { pathNot: '^(src/functions|test)' },
      to: { path: '^src/functions' },
    },
    {
      name: 'leaves-import-nothing-of-ours',
      severity: 'error',
      from: { path: leaves },
      to: { path: '^src', pathNot: leaves },
    },
    {
      name: 'pure-rooms-import-commit-and-leaves-only',
      severity: 'error',
      from: { path: pure },
      to: { path: '^src', pathNot: [leaves, '^src/lib/commit(/|\\.ts$)', '^src/lib/$1(/|\\.ts$)'] },
    },
    {
      name: 'settings-import-pure-rooms',
      severity: 'error',
      from: { path: settings },
      to: { path: '^src', pathNot: [leaves, pure, settings] },
    },
    {
      name: 'pure-rooms-know-no-settings',
      severity: 'error',
      from: { path: pure },
      to: { path: settings },
    },
    {
      name: 'commit-imports-leaves-only',
      severity: 'error',
      from: { path: '^src/lib/commit(/|\\.ts$)' },
      to: { path: '^src', pathNot: [leaves, '^src/lib/commit(/|\\.ts$)'] },
    },
    {
      name: 'middle-rooms-import-downwards',
      severity: 'error',
      from: { path: middle },
      to: { path: [roads, '^src/lib/evidence(/|\\.ts$)'] },
    },
    {
      name: 'digest-and-ingest-are-neighbours',
      severity: 'error',
      from: { path: '^src/lib/(ingest|digest)' },
      to: { path: roads, pathNot: '^src/lib/$1(/|\\.ts$)' },
    },
    {
      name: 'rooms-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^(src/functions|src/lib/[^/]+|local|cli|bench)' },
      to: { path: '^src/lib/[^/]+/(?!index\\.ts$)', pathNot: '^$1' },
    },
    {
      name: 'only-store-knows-cosmos',
      comment: 'the thread that sends telemetry has its own token to fetch',
      severity: 'error',
      from: { path: '^src', pathNot: ['^src/lib/store', '^src/lib/telemetry/exporter\\.ts$'] },
      to: { path: 'node_modules/@azure/(cosmos|identity)' },
    },
    {
      name: 'only-functions-know-the-platform',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/functions' },
      to: { path: 'node_modules/@azure/functions' },
    },
    {
      name: 'emulator-and-host-know-nothing-of-the-app',
      severity: 'error',
      from: { path: '^local/(emulator|host)/' },
      to: { path: '^(src|cli|bench|local/(?!(emulator|host)/))' },
    },
    {
      name: 'emulator-and-host-are-strangers',
      severity: 'error',
      from: { path: '^local/(emulator|host)/' },
      to: { path: '^local/(emulator|host)/', pathNot: '^local/$1/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    // Packages that name their types inside a condition are not found otherwise.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
    },
    doNotFollow: { path: 'node_modules' },
    // The parser does not read JSX; these files import one another and two libraries.
    exclude: { path: ['^dist', '^src/dashboard/.*\\.tsx$'] },
  },
};
