import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { CliFailure } from '../failure';
import { examples } from './globals';

export function emulatorCommand(): Command {
  const command = new Command('emulator')
    .summary('run the Cosmos DB emulator by itself')
    .description(
      'Run the Cosmos DB emulator by itself, until Ctrl-C. Its flags are its own: emulator --help.',
    )
    .argument('[flags...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(run);
  return examples(command, 'emulator --port 8081 --data ./cosmos');
}

/** A program of its own: this one only starts it and hands on how it ended. */
async function run(flags: string[]): Promise<void> {
  const program = join(__dirname, '../local/emulator.js');
  if (!existsSync(program)) {
    throw new CliFailure(
      'foundWrong',
      'the emulator is not part of this installation',
      'Build it: npm run build.',
    );
  }
  const child = spawn(process.execPath, [program, ...flags], { stdio: 'inherit' });
  // Ctrl-C reaches both; a signal to this process alone is handed on.
  const onInterrupt = (): void => {};
  const onTerminate = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
}
