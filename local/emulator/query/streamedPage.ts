import { fromBinary, toBinary } from '../partition/bytes';
import type { Cursor } from './continuation';
import { PageBuilder, type QueryPage } from './pageBuilder';

/** A page ends, perhaps empty, once it has looked at this many items: nobody waits for a whole container. */
const itemsReadMax = 50_000;

const base64 = (binary: string): string => fromBinary(binary).toString('base64');
const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Rows as they come: in the order of insertion, or of keys where there are many. */
export class StreamedPage extends PageBuilder {
  async build(): Promise<QueryPage> {
    let { offset } = this.cursor;
    let limit = this.cursor.limit ?? Number.POSITIVE_INFINITY;
    const after =
      this.cursor.place === undefined ? undefined : toBinary(Buffer.from(this.cursor.place, 'base64'));
    let last: Cursor | undefined;
    let full = false;
    const byInsertion = after === undefined ? this.isSmall() : this.cursor.byInsertion === true;
    for await (const item of this.items({ ...this.request.scan, byInsertion, after, inclusive: true })) {
      let row = 0;
      const skip = item.place === after ? (this.cursor.rows ?? 0) : 0;
      this.eachRow(item, () => {
        row += 1;
        if (row <= skip) return true;
        const text = this.textOf(item);
        if (text === undefined) return true;
        if (offset > 0) offset -= 1;
        else if (limit <= 0 || !this.fits(text)) full = true;
        else {
          limit -= 1;
          this.push(text);
        }
        if (full) return false;
        last = { place: base64(item.place), byInsertion, rows: row, offset, limit: finiteOrNull(limit) };
        return true;
      });
      if (full || limit <= 0) break;
      if (this.itemsRead >= itemsReadMax) {
        last = {
          place: base64(item.place),
          byInsertion,
          rows: Number.MAX_SAFE_INTEGER,
          offset,
          limit: finiteOrNull(limit),
        };
        full = true;
        break;
      }
    }
    return this.page(full && limit > 0 ? last : undefined);
  }
}
