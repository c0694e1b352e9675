import type { OrderedStore } from './orderedStore';

/** Grows when the layout of keys or records changes. */
const version = '3';
const versionKey = 'A';

/** The data directory holds data in a layout that this emulator does not read. */
export class UnknownDataFormat extends Error {
  constructor() {
    super('the data directory was written by another version of the emulator: use an empty one');
    this.name = 'UnknownDataFormat';
  }
}

/** Marks an empty store with the layout's version. @throws UnknownDataFormat for any other layout */
export function requireFormat(store: OrderedStore): void {
  const found = store.get(versionKey)?.toString();
  if (found === version) return;
  const [anything] = store.range({ start: '', end: '\u00ff', limit: 1 });
  if (anything) throw new UnknownDataFormat();
  store.transaction((writer) => writer.put(versionKey, Buffer.from(version)));
}
