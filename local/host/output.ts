import { styleText } from 'node:util';

/** Where the host writes for people: one call a line, no line break at its end. */
export interface HostOutput {
  line(text: string): void;
  /** Whether the lines may carry terminal colours. */
  readonly colours: boolean;
}

type Style = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold';

/**
 * Writes to a stream (standard output unless told otherwise). Lines of one turn of the event loop leave in one write, since
 * a write a request would cost more than routing it. Colours only on a terminal, and never under `NO_COLOR`.
 */
export function streamOutput(stream: NodeJS.WriteStream = process.stdout): HostOutput {
  let pending = '';
  const flush = (): void => {
    const text = pending;
    pending = '';
    if (text) stream.write(text);
  };
  process.on('exit', flush);
  return {
    colours: Boolean(stream.isTTY) && !process.env.NO_COLOR,
    line(text) {
      if (!pending) setImmediate(flush);
      pending += `${text}\n`;
    },
  };
}

/** Paints the text, where the output can show it. */
export function paint(output: HostOutput, style: Style, text: string): string {
  return output.colours ? styleText(style, text, { validateStream: false }) : text;
}

let second = -1;
let clockText = '';

/** The wall clock of the machine as `HH:MM:SS`, made once a second. */
export function clock(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    clockText = new Date(now * 1000).toTimeString().slice(0, 8);
  }
  return clockText;
}
