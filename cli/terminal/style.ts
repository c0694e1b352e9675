import type { WriteStream } from 'node:tty';

/** What may be written to, and what it can show. */
export interface Screen {
  /** Columns to use. 80 where nobody says. */
  width: number;
  colour: boolean;
  /** Lines can be rewritten: a progress bar makes sense. */
  live: boolean;
}

const widthDefault = 80;

/**
 * What a stream can show. Colour only on a terminal that is not dumb and where NO_COLOR (no-color.org) is not set;
 * FORCE_COLOR asks for it anyway. COLUMNS says how wide it is where the terminal does not.
 */
export function screenOf(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv = process.env): Screen {
  const live = stream.isTTY === true && environment.TERM !== 'dumb';
  const forced = environment.FORCE_COLOR !== undefined && !['', '0'].includes(environment.FORCE_COLOR);
  const columns = (stream as Partial<WriteStream>).columns || Number(environment.COLUMNS) || widthDefault;
  return { width: Math.max(columns, 40), colour: !environment.NO_COLOR && (live || forced), live };
}

const codes = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, bold: 1, dim: 2 } as const;
export type Style = keyof typeof codes;

/** ECMA-48 select graphic rendition, on one piece of text. */
export function paint(text: string, style: Style | undefined, colour: boolean): string {
  return colour && style && text ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}
