import { exportLines } from '../audit';
import type { Store } from '../store';
import { type DayRange, readChain } from './readChain';

const pieceCharsMin = 65_536;

/**
 * The log of these days as an export with its manifest, many lines a piece; a page of the log is in memory at a time.
 * @throws StoreUnavailable
 */
export async function* exportAudit(
  store: Store,
  tenantId: string,
  { startDate, endDate }: DayRange,
  exportedAt: Date,
): AsyncGenerator<string> {
  const lines = exportLines(readChain(store, tenantId, { startDate, endDate }), {
    exportedAt,
    ...(startDate !== undefined && { startDate }),
    ...(endDate !== undefined && { endDate }),
    policyVersion: (await store.settings.policyOf(tenantId)).riskModel,
  });
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < pieceCharsMin) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
