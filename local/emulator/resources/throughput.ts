import { badRequest } from '../errors';
import { isObject, type JsonObject } from '../json';

export interface Throughput {
  /** Request units a second; the maximum where it scales by itself. */
  ruPerSecond: number;
  autoscale: boolean;
}

/** What a container is given when nobody asks for anything. */
export const defaultThroughput: Throughput = { ruPerSecond: 400, autoscale: false };

const ruMax = 1_000_000;

export function requireManual(value: unknown): Throughput {
  if (
    typeof value !== 'number' ||
    !Number.isInteger(value) ||
    value < 400 ||
    value > ruMax ||
    value % 100 !== 0
  )
    throw badRequest(`The offer throughput must be 400 to ${ruMax} in steps of 100.`);
  return { ruPerSecond: value, autoscale: false };
}

export function requireAutoscale(settings: unknown): Throughput {
  const value = isObject(settings) ? settings.maxThroughput : undefined;
  if (
    typeof value !== 'number' ||
    !Number.isInteger(value) ||
    value < 1000 ||
    value > ruMax ||
    value % 1000 !== 0
  )
    throw badRequest(`The autoscale maximum throughput must be 1000 to ${ruMax} in steps of 1000.`);
  return { ruPerSecond: value, autoscale: true };
}

/**
 * Reads the offer headers of a create request; `undefined` when there are none.
 * @throws CosmosError 400 for bad values, or both kinds at once.
 */
export function throughputFromHeaders(header: (name: string) => string | undefined): Throughput | undefined {
  const manual = header('x-ms-offer-throughput');
  const autoscale = header('x-ms-cosmos-offer-autopilot-settings');
  if (manual !== undefined && autoscale !== undefined)
    throw badRequest('Manual throughput and autoscale settings cannot both be given.');
  if (manual !== undefined) return requireManual(Number(manual));
  if (autoscale === undefined) return undefined;
  let settings: unknown;
  try {
    settings = JSON.parse(autoscale);
  } catch {
    throw badRequest('The autoscale settings are not JSON.');
  }
  return requireAutoscale(settings);
}

/** The `content` of an offer resource. */
export function offerContent({ ruPerSecond, autoscale }: Throughput): JsonObject {
  return autoscale
    ? {
        offerThroughput: Math.max(100, ruPerSecond / 10),
        offerAutopilotSettings: { maxThroughput: ruPerSecond },
        offerMinimumThroughputParameters: { maxThroughputEverProvisioned: ruPerSecond },
      }
    : { offerThroughput: ruPerSecond, offerIsRUPerMinuteThroughputEnabled: false };
}
