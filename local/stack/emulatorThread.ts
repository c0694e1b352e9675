import { parentPort, workerData } from 'node:worker_threads';
import { startEmulator } from '../emulator';

// The emulator has a thread of its own, so that the app and its database each have a core, and one process to stop.
const { port, dataDir } = workerData as { port: number; dataDir: string };

startEmulator({ port, dataDir }).then(
  ({ endpoint, key, close }) => {
    parentPort?.postMessage({ endpoint, key });
    parentPort?.once('message', () => void close().then(() => process.exit(0)));
  },
  (error: Error) => parentPort?.postMessage({ error: error.message }),
);
