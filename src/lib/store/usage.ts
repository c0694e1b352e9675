import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient } from '@azure/core-rest-pipeline';

/** What the work of one caller has asked of Cosmos DB so far, retries and look-ups of the SDK included. */
export interface StoreUsage {
  /** HTTP requests to the account. */
  requests: number;
  /** Request units. */
  requestCharge: number;
  /** Time with at least one request under way. */
  busyMs: number;
}

interface Meter extends StoreUsage {
  underWay: number;
  busySince: number;
}

const meters = new AsyncLocalStorage<Meter>();

/** Runs `work` and counts what it, and all that it starts, asks of Cosmos DB; `usage` grows while it runs. */
export function metered<T>(work: (usage: Readonly<StoreUsage>) => T): T {
  const meter: Meter = { requests: 0, requestCharge: 0, busyMs: 0, underWay: 0, busySince: 0 };
  return meters.run(meter, () => work(meter));
}

/** The HTTP client of the SDK, which tells the meter of whoever is asking. */
export function meteredHttpClient(client: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const meter = meters.getStore();
      if (!meter) return client.sendRequest(request);
      begin(meter);
      try {
        const response = await client.sendRequest(request);
        meter.requestCharge += Number(response.headers.get('x-ms-request-charge') ?? 0);
        return response;
      } finally {
        end(meter);
      }
    },
  };
}

function begin(meter: Meter): void {
  meter.requests++;
  if (meter.underWay++ === 0) meter.busySince = performance.now();
}

function end(meter: Meter): void {
  if (--meter.underWay === 0) meter.busyMs += performance.now() - meter.busySince;
}
