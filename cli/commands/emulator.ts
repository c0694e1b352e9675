import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { CliFailure } from '../failure';
import { examples } from './globals';

/** For the help alone: its flags are its own, so `runEmulator` takes them before the program parses anything. */
export function emulatorCommand(): Command {
  const command = new Command('emulator')
    .summary('run the Cosmos DB emulator by itself')
    .description('Run the Cosmos DB emulator by itself, until Ctrl-C.')
    .option('--port <number>', 'where it listens (default: 8081; 0: any free port)')
    .option('--host <address>', 'on which address (default: this machine only)')
    .option('--data <dir>', 'where it keeps its data (default: .local/emulator)')
    .option('--memory', 'keep nothing on disk')
    .option('--key <base64>', "the account's key")
    .option('--tls-cert <file>', 'speak https, with this certificate')
    .option('--tls-key <file>', 'and its key');
  return examples(command, 'emulator --port 8081 --data ./cosmos');
}

/**
 * The emulator is a program of its own: this one only starts it.
 * @returns its exit code
 * @throws CliFailure where it has not been built
 */
export async function runEmulator(args: readonly string[]): Promise<number> {
  const program = join(__dirname, '../local/emulator.js');
  if (!existsSync(program)) {
    throw new CliFailure(
      'foundWrong',
      'the emulator is not part of this installation',
      'Build it: npm run build.',
    );
  }
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches both; a signal to this process alone is handed on.
  const onInterrupt = (): void => {};
  const onTerminate = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}
