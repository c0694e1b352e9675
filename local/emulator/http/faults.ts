import { CosmosError, type ErrorStatus } from '../errors';
import type { Exchange } from './exchange';

/** A fault to inject, and which requests it meets. Every condition left out matches all. */
export interface Fault {
  /** `createItem`, `queryItems`, `batch` … (the names in the route table). */
  operation?: string;
  method?: string;
  /** A part of the request's path. */
  path?: string;
  container?: string;
  /** A header that must be there, with this value where one is given. */
  header?: { name: string; value?: string };
  /** How many requests it meets before it is spent; no end when left out. */
  count?: number;
  /** The share of matching requests that it meets, 0 to 1. */
  probability?: number;
  delayMs?: number;
  /** An error to answer instead of running the operation. */
  status?: ErrorStatus;
  substatus?: number;
  retryAfterMs?: number;
  message?: string;
  /** Destroys the connection, before or after the operation took effect. */
  drop?: 'before' | 'after';
}

export interface ActiveFault extends Fault {
  id: number;
  /** How many requests it has met. */
  hits: number;
}

/** Injects faults into requests, on demand: in code, or over `/_faults`. */
export class FaultInjector {
  private readonly active: ActiveFault[] = [];
  private lastId = 0;

  add(fault: Fault): ActiveFault {
    this.lastId += 1;
    const added = { ...fault, id: this.lastId, hits: 0 };
    this.active.push(added);
    return added;
  }

  list(): ActiveFault[] {
    return [...this.active];
  }

  remove(id: number): boolean {
    const index = this.active.findIndex((fault) => fault.id === id);
    if (index >= 0) this.active.splice(index, 1);
    return index >= 0;
  }

  clear(): void {
    this.active.length = 0;
  }

  /**
   * Meets a request with the first fault that fits it.
   * @throws CosmosError the error to answer
   */
  async take(request: { operation: string; exchange: Exchange }): Promise<'drop' | 'drop-after' | undefined> {
    const fault = this.active.find((candidate) => matches(candidate, request));
    if (!fault) return undefined;
    fault.hits += 1;
    if (fault.count !== undefined && fault.hits >= fault.count) this.remove(fault.id);
    if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault.drop) return fault.drop === 'before' ? 'drop' : 'drop-after';
    if (fault.status === undefined) return undefined;
    const headers: Record<string, string> =
      fault.retryAfterMs === undefined ? {} : { 'x-ms-retry-after-ms': String(fault.retryAfterMs) };
    const substatus = fault.substatus ?? (fault.status === 429 ? 3200 : undefined);
    throw new CosmosError(fault.status, fault.message ?? 'An injected fault.', { substatus, headers });
  }
}

function matches(
  fault: ActiveFault,
  { operation, exchange }: { operation: string; exchange: Exchange },
): boolean {
  const path = `/${exchange.segments.join('/')}`;
  if (fault.operation !== undefined && fault.operation !== operation) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== exchange.message.method) return false;
  if (fault.path !== undefined && !path.includes(fault.path)) return false;
  if (fault.container !== undefined && exchange.segments[3] !== fault.container) return false;
  if (fault.header) {
    const value = exchange.header(fault.header.name.toLowerCase());
    if (value === undefined) return false;
    if (fault.header.value !== undefined && fault.header.value.toLowerCase() !== value.toLowerCase())
      return false;
  }
  return fault.probability === undefined || Math.random() < fault.probability;
}
