import type { Engine } from '../engine';
import type { FaultInjector } from './faults';

export interface ServerOptions {
  engine: Engine;
  faults: FaultInjector;
  /** The decoded account key. */
  key: Buffer;
  tls?: { cert: string; key: string };
}
