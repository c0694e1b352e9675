import { once } from 'node:events';
import { type Column, clip, firstLine, paint, plain, renderTable, type Screen, screenOf } from './terminal';

/** Where a command's answers go: people's tables or programs' JSON on stdout, everything else on stderr. */
export class Output {
  readonly screen: Screen;
  readonly errorScreen: Screen;

  constructor(
    readonly json: boolean,
    readonly stdout: NodeJS.WriteStream = process.stdout,
    readonly stderr: NodeJS.WriteStream = process.stderr,
  ) {
    this.screen = screenOf(stdout);
    this.errorScreen = screenOf(stderr);
  }

  /** One JSON document. */
  document(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value, undefined, this.screen.live ? 2 : undefined)}\n`);
  }

  /** One line of NDJSON. */
  record(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Bytes as they are; waits while the reader is slow. */
  async bytes(chunk: Uint8Array): Promise<void> {
    if (!this.stdout.write(chunk)) await once(this.stdout, 'drain');
  }

  /** Text from elsewhere in what is left of a line beside so many columns. */
  cut(text: string, columns: number): string {
    return clip(firstLine(text), this.screen.width - columns);
  }

  line(text = ''): void {
    this.stdout.write(`${text}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.line(renderTable(columns, rows, this.screen));
  }

  /** Names and values, one a line. */
  facts(facts: readonly (readonly [name: string, value: string | number | undefined])[]): void {
    const shown = facts.filter(([, value]) => value !== undefined);
    const nameWidth = Math.max(...shown.map(([name]) => name.length));
    for (const [name, value] of shown) {
      this.line(
        `${paint(name.padEnd(nameWidth), 'dim', this.screen.colour)}  ${plain(String(value)).trimEnd()}`,
      );
    }
  }

  /** For the person at the terminal, not part of the answer. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }
}
