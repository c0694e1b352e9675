import { parseItem } from '../items/itemRecord';
import type { CompiledQuery } from '../sql/compiledQuery';
import { newFrame, rootSlot } from '../sql/frame';
import { RowCollector } from '../sql/rowCollector';
import type { Value } from '../sql/values';
import { PageBuilder, type QueryPage } from './pageBuilder';

/** Results of more text than this are not kept between pages. */
const keptCharsMax = 32 * 1024 * 1024;

/** Rows that need everything first: aggregates, groups, DISTINCT. */
export class CollectedPage extends PageBuilder {
  async build(): Promise<QueryPage> {
    const { fingerprint, kept } = this.request;
    const { lsn } = this.container;
    const given = this.cursor.given ?? 0;
    const texts = (given > 0 && kept?.collected.get(fingerprint, lsn)) || (await this.collect());
    for (const text of texts.slice(given)) {
      if (!this.fits(text)) {
        const chars = texts.reduce((sum, { length }) => sum + length, 0);
        if (this.container.lsn === lsn && chars <= keptCharsMax)
          kept?.collected.keep(fingerprint, lsn, texts);
        return this.page({ given: given + this.rows.length, offset: 0, limit: null });
      }
      this.push(text);
    }
    return this.page();
  }

  private async collect(): Promise<string[]> {
    const { compiled, inner } = this.request.prepared;
    const collector = new RowCollector(compiled, this.frame);
    const add = () => collector.add();
    if (inner)
      for (const row of await this.rowsOf(inner.compiled)) {
        this.frame.slots[rootSlot] = row;
        compiled.eachRow(this.frame, add);
      }
    else if (!compiled.readsItems) compiled.eachRow(this.frame, add);
    else
      for await (const item of this.items({ ...this.request.scan, byInsertion: this.isSmall() }))
        this.eachRow(item, add);
    return collector.finish().map((value) => JSON.stringify(value));
  }

  /** All rows of a subquery over the items. */
  private async rowsOf(subquery: CompiledQuery): Promise<Value[]> {
    const frame = newFrame(subquery.slots, this.request.parameters, this.request.nowMs);
    const collector = new RowCollector(subquery, frame);
    for await (const item of this.items({ ...this.request.scan, byInsertion: this.isSmall() })) {
      frame.slots[rootSlot] = parseItem(item.record);
      subquery.eachRow(frame, () => collector.add());
    }
    return collector.finish();
  }
}
