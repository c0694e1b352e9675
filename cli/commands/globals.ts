import type { Command } from 'commander';
import { Output } from '../output';
import { type Connection, type ConnectionFlags, connect } from '../settings';

export interface GlobalFlags extends ConnectionFlags {
  json?: boolean;
}

/** Flags of the command together with those of the program. */
export function flagsOf<Flags>(command: Command): Flags & GlobalFlags {
  return command.optsWithGlobals<Flags & GlobalFlags>();
}

/** What nearly every command begins with. @throws CliFailure */
export async function prepare<Flags>(
  command: Command,
): Promise<{ flags: Flags & GlobalFlags; output: Output; connection: Connection }> {
  const flags = flagsOf<Flags>(command);
  return { flags, output: new Output(flags.json === true), connection: await connect(flags) };
}

/** Appends examples to a command's help. */
export function examples(command: Command, ...lines: string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  $ gitops-healthcare ${line}`).join('\n')}`,
  );
}
