import type { Container } from '../resources/container';
import { type Frame, newFrame } from '../sql/frame';
import { countOf } from '../sql/rowCollector';
import type { StoreReader } from '../storage/orderedStore';
import { CollectedPage } from './collectedPage';
import { decodeCursor } from './continuation';
import { OrderedPage } from './orderedPage';
import type { PageRequest, QueryPage } from './pageBuilder';
import { StreamedPage } from './streamedPage';

/** Runs one page of a query over the items of a container. @throws CosmosError 400 */
export function runQueryPage(
  reader: StoreReader,
  container: Container,
  request: PageRequest,
): Promise<QueryPage> {
  const { compiled, ast, inner } = request.prepared;
  const frame = newFrame(compiled.slots, request.parameters, request.nowMs);
  const cursor = request.continuation
    ? decodeCursor(request.fingerprint, request.continuation)
    : { offset: countOf(compiled.offset, frame) ?? 0, limit: limitOf(request, frame) };
  const collected = compiled.distinct || compiled.groupBy.length > 0 || compiled.aggregates.length > 0;
  const sorted = ast.orderBy.length > 0 ? OrderedPage : StreamedPage;
  const Page = collected || inner || !compiled.readsItems ? CollectedPage : sorted;
  return new Page(reader, container, request, frame, cursor).build();
}

function limitOf({ prepared: { compiled } }: PageRequest, frame: Frame): number | null {
  const limits = [countOf(compiled.limit, frame), countOf(compiled.top, frame)].filter(
    (n) => n !== undefined,
  );
  return limits.length === 0 ? null : Math.min(...limits);
}

export type { PageRequest, QueryPage };
