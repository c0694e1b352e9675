import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultPort, type Emulator, PortInUse, startEmulator } from './startEmulator';
import { DataDirectoryInUse } from './storage/dataDirectoryLock';
import { UnknownDataFormat } from './storage/format';

const usage =
  'usage: emulator [--port NUMBER] [--data DIRECTORY] [--memory] [--host ADDRESS] [--key BASE64] [--tls-cert FILE --tls-key FILE]';

function fail(message: string, code: number): void {
  process.stderr.write(`emulator: ${message}\n`);
  process.exitCode = code;
}

/**
 * Runs the emulator as a process: prints one line with its endpoint once it answers, and stops on SIGINT or SIGTERM.
 * What the user can mend (a taken port, a data directory in use, a wrong option) is one line on stderr and exit code
 * 1 or 2.
 */
export async function runEmulator(args: string[]): Promise<Emulator | undefined> {
  let options: ReturnType<typeof parse>;
  try {
    options = parse(args);
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`, 2);
    return undefined;
  }
  try {
    const emulator = await startEmulator(options);
    const stop = () => void emulator.close().then(() => process.exit(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    // Whoever reads this may say stop at once.
    process.stdout.write(
      `Cosmos DB emulator ready at ${emulator.endpoint}/ (explorer: ${emulator.endpoint}/_explorer)\n`,
    );
    return emulator;
  } catch (error) {
    const known = [PortInUse, DataDirectoryInUse, UnknownDataFormat].some((kind) => error instanceof kind);
    if (known && error instanceof Error) fail(error.message, 1);
    else fail(`could not start: ${error instanceof Error ? error.message : String(error)}`, 1);
    return undefined;
  }
}

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: String(defaultPort) },
      host: { type: 'string' },
      data: { type: 'string' },
      memory: { type: 'boolean', default: false },
      key: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${values.port}" is not a port`);
  const dataDir = values.memory ? undefined : (values.data ?? '.local/emulator');
  const tls = readTls(values['tls-cert'], values['tls-key']);
  return { port, tls, host: values.host, dataDir, memory: values.memory, key: values.key };
}

function readTls(
  cert: string | undefined,
  key: string | undefined,
): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new Error('--tls-cert and --tls-key go together');
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
