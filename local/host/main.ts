import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HostError, startHost } from './index';

/** `node dist/local/host.js [options] [appDirectory]`: runs an app until the process is told to stop. */
async function main(): Promise<void> {
  const command = new Command('host')
    .description('Runs a built Azure Functions app (Node, programming model v4) on this machine.')
    .argument('[appDirectory]', 'folder with package.json and host.json', '.')
    .option('--port <number>', 'port to listen on; 0 for any free one (default: 7071)', parsePort)
    .option('--address <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--data <directory>', 'where keys and timer states are kept (default: .local/host in the app)')
    .option('--no-auth', 'ask for no keys')
    .option('--watch', 'load the app again when its files change')
    .parse();
  const options = command.opts<{
    port?: number;
    address?: string;
    data?: string;
    auth: boolean;
    watch?: boolean;
  }>();
  const appDirectory = resolve(command.args[0] ?? '.');
  const dataDirectory = options.data && resolve(options.data);
  // As the worker's: the app may read files by paths that begin at its folder.
  if (existsSync(appDirectory)) process.chdir(appDirectory);
  const host = await startHost({
    appDirectory,
    port: options.port,
    address: options.address,
    dataDirectory,
    auth: options.auth,
    watch: options.watch,
  });
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    host.close().then(
      () => process.exit(0),
      (error) => fail(error),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  // Whoever reads this may say stop at once.
  process.stdout.write(`\nListening on ${host.url}. Ctrl-C stops.\n`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Not a port.');
  return port;
}

function fail(error: unknown): void {
  const text =
    error instanceof HostError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

main().catch(fail);
