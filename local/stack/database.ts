import { Worker } from 'node:worker_threads';
import { CosmosClient, type ContainerDefinition as SdkContainerDefinition } from '@azure/cosmos';
import { containerDefinitions } from '../../src/lib/store';

export interface Database {
  endpoint: string;
  key: string;
  close(): Promise<void>;
}

/** Starts the emulator in a thread. @throws Error in one line where its port or its data is taken */
export async function startDatabase(
  emulatorThread: string,
  port: number,
  dataDir: string,
): Promise<Database> {
  const worker = new Worker(emulatorThread, { workerData: { port, dataDir } });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = await new Promise<{ endpoint: string; key: string; error?: string }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (ready.error !== undefined) {
    await worker.terminate();
    throw new Error(ready.error);
  }
  return {
    endpoint: ready.endpoint,
    key: ready.key,
    close: async () => {
      worker.postMessage('close');
      await exited;
    },
  };
}

/** Makes the database and its containers as production has them. Finds those of an earlier run. */
export async function createContainers(
  database: Pick<Database, 'endpoint' | 'key'>,
  options: { database: string; commitsContainer: string; retentionDays: number },
): Promise<void> {
  const client = new CosmosClient({ endpoint: database.endpoint, key: database.key });
  await client.databases.createIfNotExists({ id: options.database });
  for (const definition of containerDefinitions(options)) {
    await client
      .database(options.database)
      .containers.createIfNotExists(definition as unknown as SdkContainerDefinition);
  }
  client.dispose();
}
