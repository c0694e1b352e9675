import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

export interface StackOptions {
  /** Of the Functions host; 0 for any free one. */
  port: number;
  cosmosPort: number;
  /** Where everything lasts between runs. */
  dataDirectory: string;
  /** The git repository to backfill; undefined for none. */
  repository: string | undefined;
  /** Begin with nothing. */
  fresh: boolean;
  tenantId: string;
  /** Load the app again when it is built again, and show its log here. */
  watch: boolean;
}

/** The flags of `npm start`. Prints help or a usage error and ends the process where they ask for it. */
export function readOptions(argv: readonly string[]): StackOptions {
  const program = new Command('npm start --')
    .description(
      'Runs gitops-healthcare on this machine: emulator, Functions host, and your git history in it.',
    )
    .option('--port <number>', 'of the API and the dashboard', portNumber, 7071)
    .option('--cosmos-port <number>', 'of the Cosmos DB emulator', portNumber, 8081)
    .option('--data <folder>', 'where the data lasts between runs', '.local')
    .option('--repo <folder>', 'the git repository to take in', '.')
    .option('--no-ingest', 'take in nothing')
    .option('--watch', 'load the app again when it is built again', false)
    .option('--fresh', 'forget what earlier runs have stored', false)
    .addHelpText('after', '\nExample: npm start -- --repo ../my-service --port 8080')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv as string[], { from: 'user' });
  const flags = program.opts<{
    port: number;
    cosmosPort: number;
    data: string;
    repo: string;
    ingest: boolean;
    fresh: boolean;
    watch: boolean;
  }>();
  return {
    port: flags.port,
    cosmosPort: flags.cosmosPort,
    dataDirectory: resolve(flags.data),
    repository: flags.ingest ? resolve(flags.repo) : undefined,
    fresh: flags.fresh,
    watch: flags.watch,
    tenantId: process.env.COSMOS_TENANT_ID || 'tenant-001',
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
