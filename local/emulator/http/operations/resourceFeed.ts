import { badRequest } from '../../errors';
import type { JsonObject } from '../../json';
import { parseQueryRequest, prepareQuery } from '../../query/preparedQuery';
import { queryCharge } from '../../requestCharge';
import { newFrame, rootSlot } from '../../sql/frame';
import { RowCollector } from '../../sql/rowCollector';
import type { Answer, Exchange, Operation } from '../exchange';
import { json } from '../exchange';

/** Lists or queries resources that are few (databases, containers, offers): `{_rid, <name>: […], _count}`. */
export function resourceFeed(exchange: Exchange, name: string, rid: string, resources: JsonObject[]): Answer {
  const query =
    exchange.flag('x-ms-documentdb-isquery') || /query\+json/.test(exchange.header('content-type') ?? '');
  const found = query && exchange.message.method === 'POST' ? runQuery(exchange, resources) : resources;
  const start = startOf(exchange, found.length);
  const rows = found.slice(start, start + exchange.pageSize());
  const end = start + rows.length;
  const answer = json(200, { _rid: rid, [name]: rows, _count: rows.length }, queryCharge(1, rows.length, 0));
  const headers: Record<string, string> = { 'x-ms-item-count': String(rows.length) };
  if (end < found.length) headers['x-ms-continuation'] = String(end);
  return { ...answer, headers };
}

/** Resources of a kind that nobody can make here: there are none, and a client that looks for some is told so. */
export const emptyFeed =
  (name: string): Operation =>
  (exchange) => {
    const [, database = ''] = exchange.segments;
    const owner =
      exchange.segments[2] === 'colls'
        ? exchange.openContainer()
        : exchange.engine.catalog.database(database);
    return resourceFeed(exchange, name, owner.rid, []);
  };

function startOf(exchange: Exchange, count: number): number {
  const token = exchange.header('x-ms-continuation');
  if (!token) return 0;
  if (!/^\d{1,9}$/.test(token) || Number(token) > count) throw badRequest('Invalid Continuation Token.');
  return Number(token);
}

function runQuery(exchange: Exchange, resources: JsonObject[]): unknown[] {
  const { text, parameters } = parseQueryRequest(exchange.json());
  const { compiled } = prepareQuery(text);
  const frame = newFrame(compiled.slots, parameters, exchange.nowMs);
  const collector = new RowCollector(compiled, frame);
  for (const resource of resources) {
    frame.slots[rootSlot] = resource;
    compiled.eachRow(frame, () => collector.add());
  }
  return collector.finish();
}
