import { paint, type Style } from './style';
import { clip, plain, widthOf } from './text';

/** One column of a table. */
export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | undefined;
  align?: 'left' | 'right';
  /** Takes what width is left and is cut to it. Without it a column is as wide as its widest cell. */
  flexible?: boolean;
  /** Which end of a flexible cell stays when it is cut: the end suits paths. Default start. */
  keep?: 'start' | 'end';
  /** The least width of a flexible column; below it, columns with the lowest `priority` are left out. Default 12. */
  widthMin?: number;
  /** 0 (the default) is never left out. */
  priority?: number;
  style?: (row: Row) => Style | undefined;
}

export interface TableOptions {
  /** Columns of the terminal. */
  width: number;
  colour?: boolean;
}

const gap = '  ';

/**
 * Rows as text lines that fit the width. Control characters in cells are made visible, wide letters are counted as two.
 * Where not everything fits, the columns with the highest `priority` number go first, then flexible cells are cut. A
 * column with a priority and nothing in it is left out anyhow.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, colour = false }: TableOptions,
): string {
  const cells = new Map(columns.map((column) => [column, rows.map((row) => cellText(column, row))]));
  const shown = columns.filter(
    (column) => (column.priority ?? 0) === 0 || cells.get(column)?.some((text) => text !== ''),
  );
  const naturalWidth = (column: Column<Row>): number =>
    Math.max(widthOf(column.title), ...(cells.get(column) ?? []).map(widthOf));
  const leastWidth = (column: Column<Row>): number =>
    column.flexible ? Math.min(naturalWidth(column), column.widthMin ?? 12) : naturalWidth(column);
  const total = (): number =>
    shown.reduce((sum, column) => sum + leastWidth(column), 0) + gap.length * (shown.length - 1);

  while (total() > width) {
    const least = shown.reduce((a, b) => ((b.priority ?? 0) > (a.priority ?? 0) ? b : a));
    if ((least.priority ?? 0) === 0) break;
    shown.splice(shown.indexOf(least), 1);
  }
  let spare = Math.max(width - total(), 0);
  const widths = shown.map((column) => {
    const least = leastWidth(column);
    if (!column.flexible) return least;
    const more = Math.min(naturalWidth(column) - least, spare);
    spare -= more;
    return least + more;
  });

  const line = (texts: string[], styles: (Style | undefined)[]): string =>
    shown
      .map((column, index) => {
        const columnWidth = widths[index] ?? 0;
        const text = clip(texts[index] ?? '', columnWidth, column.keep);
        const space = ' '.repeat(Math.max(columnWidth - widthOf(text), 0));
        const painted = paint(text, styles[index], colour);
        if (column.align === 'right') return space + painted;
        return index === shown.length - 1 ? painted : painted + space;
      })
      .join(gap)
      .trimEnd();

  const heading = line(
    shown.map(({ title }) => title),
    shown.map(() => 'dim'),
  );
  const body = rows.map((row, at) =>
    line(
      shown.map((column) => cells.get(column)?.[at] ?? ''),
      shown.map((column) => column.style?.(row)),
    ),
  );
  return [heading, ...body].join('\n');
}

function cellText<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row);
  return value === undefined ? '' : plain(String(value)).replace(/[\n\t]/g, ' ');
}
