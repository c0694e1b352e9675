import * as z from 'zod';
import type { Fault, FaultInjector } from './faults';
import { jsonPage, type PageAnswer, textPage } from './page';

const statuses = [400, 401, 403, 404, 408, 409, 410, 412, 413, 429, 449, 500, 503] as const;

const FaultSchema = z.strictObject({
  operation: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  container: z.string().optional(),
  header: z.strictObject({ name: z.string().min(1), value: z.string().optional() }).optional(),
  count: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  status: z.literal(statuses).optional(),
  substatus: z.int().min(0).optional(),
  retryAfterMs: z.int().min(0).optional(),
  message: z.string().optional(),
  drop: z.enum(['before', 'after']).optional(),
}) satisfies z.ZodType<Fault>;

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Faults over HTTP: `GET /_faults` lists them, `POST` adds one, `DELETE /_faults` clears them and
 * `DELETE /_faults/<id>` removes one. Needs a JSON content type, which no foreign web page can send unasked.
 */
export function faultsPage(
  faults: FaultInjector,
  { method, contentType, id, body }: { method: string; contentType: string; id?: string; body: string },
): PageAnswer {
  if (method === 'GET') return jsonPage(200, faults.list());
  if (method === 'DELETE') {
    if (id === undefined) faults.clear();
    else if (!faults.remove(Number(id))) return textPage(404, 'There is no such fault.');
    return { status: 204, headers: {}, body: '' };
  }
  if (method !== 'POST') return textPage(405, 'GET, POST or DELETE.');
  if (!/^application\/json\b/i.test(contentType))
    return textPage(415, 'Faults are sent as application/json.');
  const parsed = FaultSchema.safeParse(parse(body));
  if (!parsed.success) return textPage(400, z.prettifyError(parsed.error));
  return jsonPage(201, faults.add(parsed.data));
}
