export type { ActiveFault, Fault, FaultInjector } from './http/faults';
export { runEmulator } from './run';
export {
  defaultPort,
  type Emulator,
  type EmulatorOptions,
  PortInUse,
  startEmulator,
  wellKnownKey,
} from './startEmulator';
export { DataDirectoryInUse } from './storage/dataDirectoryLock';
export { UnknownDataFormat } from './storage/format';
