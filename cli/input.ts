import { readFile } from 'node:fs/promises';
import { CliFailure } from './failure';

/** The bytes of a file; `-` is standard input. @throws CliFailure where it cannot be read */
export async function readInput(file: string, what: string): Promise<Buffer> {
  try {
    if (file !== '-') return await readFile(file);
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliFailure('usage', `cannot read ${file}: ${code}`, `Give the file of ${what}.`, {
      cause: error,
    });
  }
}

/** The JSON in a file. @throws CliFailure where there is none */
export function parseInput<T>(bytes: Buffer, file: string, what: string): T {
  try {
    return JSON.parse(bytes.toString('utf8')) as T;
  } catch (error) {
    throw new CliFailure('usage', `${file} does not hold JSON`, `Give the file of ${what}.`, {
      cause: error,
    });
  }
}
