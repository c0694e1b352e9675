import { createHash, createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BulkOperationType,
  CosmosClient,
  type OperationInput,
  type ContainerDefinition as SdkContainerDefinition,
} from '@azure/cosmos';
import autocannon from 'autocannon';
import type { StackFile } from '../local/stack/stack';
import { containerDefinitions } from '../src/lib/store';
import { call, withStack, withStackFolder } from './stackProcess';

const connections = 50;
const commitsABatch = 500;
/** Pushes go to so many in turn, each from where the one before has left its branch. */
const branches = 100;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const hashOf = (text: string) => createHash('sha1').update(text).digest('hex');

/** The three ways in, each beside its peer, on one fresh local stack. Arguments: requests of the webhook, commits of the API. */
export function run([requests = '3000', commits = '10000']: string[]): Promise<void> {
  return withStackFolder(async (folder) => {
    await withStack(folder, async (stack) => {
      await batches(stack, Number(commits));
      await acknowledgements(stack, Number(requests));
      await largePush(stack);
    });
  });
}

/** Batches of 500 through the API, beside the SDK's bulk executor with the very items that they became. */
async function batches(stack: StackFile, count: number): Promise<void> {
  const bodies = Array.from({ length: Math.ceil(count / commitsABatch) }, (_, batch) =>
    JSON.stringify({
      commits: Array.from({ length: commitsABatch }, (_, n) => posted(batch * commitsABatch + n)),
    }),
  );
  const began = performance.now();
  for (const body of bodies) {
    const answer = await call(stack, '/commits', { method: 'POST', body });
    if (answer.status !== 200) throw new Error(`a batch was answered ${answer.status}`);
    await answer.arrayBuffer();
  }
  const ours = (performance.now() - began) / 1000;

  const client = new CosmosClient({ endpoint: stack.cosmosEndpoint, key: stack.cosmosKey });
  const database = client.database('gitops-healthcare');
  const { resources: items } = await database
    .container('commits')
    .items.query('SELECT * FROM c WHERE IS_DEFINED(c.commitHash)', { maxItemCount: 1_000 })
    .fetchAll();
  if (items.length !== bodies.length * commitsABatch) throw new Error(`${items.length} commits are stored`);
  const [definition] = containerDefinitions({ commitsContainer: 'bare', retentionDays: 2557 });
  const { container } = await database.containers.create(definition as unknown as SdkContainerDefinition);
  const bareBegan = performance.now();
  for (let from = 0; from < items.length; from += commitsABatch) {
    const operations = items.slice(from, from + commitsABatch).map(
      ({ _rid, _self, _etag, _attachments, _ts, ...item }): OperationInput => ({
        operationType: BulkOperationType.Create,
        partitionKey: [item.tenantId, item.commitDate],
        resourceBody: item,
      }),
    );
    const results = await container.items.executeBulkOperations(operations);
    if (results.some(({ response }) => response?.statusCode !== 201)) throw new Error('a bulk create failed');
  }
  const bare = (performance.now() - bareBegan) / 1000;
  await container.delete();
  client.dispose();
  const rate = (seconds: number) => Math.round(items.length / seconds);
  print(`POST /commits, ${items.length} in batches of ${commitsABatch}   ${rate(ours)} commits a second`);
  print(
    `executeBulkOperations, the same items       ${rate(bare)} a second: ours is ${(bare / ours).toFixed(2)} times that, 0.5 wanted`,
  );
}

function posted(number: number) {
  return {
    commitHash: hashOf(`posted ${number}`),
    message: `fix(records): close session ${number}\n\nSigned-off-by: Dev <dev@example.org>`,
    // Some thirty a day, as in a busy repository.
    timestamp: new Date(Date.UTC(2024, 0, 1) + number * 2_880_000).toISOString(),
    author: `dev-${number % 20}@example.org`,
    filesChanged: Array.from({ length: 1 + (number % 8) }, (_, file) => ({
      path: `src/module-${(number + file) % 50}/service-${file}.ts`,
      status: 'modified',
      linesAdded: 5 + (number % 40),
      linesDeleted: number % 10,
    })),
    linesAdded: 20 + (number % 300),
    linesDeleted: number % 80,
    repository: 'clinic/records',
    branch: 'main',
  };
}

/** The webhook at 50 at once, beside a function on the same host that answers a constant. */
async function acknowledgements(stack: StackFile, count: number): Promise<void> {
  await allProcessed(stack);
  const hello = await autocannon({ url: `${stack.apiUrl}/health/live`, connections, amount: count });
  let sent = 0;
  const webhook = await autocannon({
    url: stack.webhookUrl,
    connections,
    amount: count,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const body = JSON.stringify(pushOf([`pushed ${sent}`], `pushed ${sent - branches}`, 3, sent));
          sent++;
          return { ...request, body, headers: signed(stack, body) };
        },
      },
    ],
  });
  if (webhook.non2xx + webhook.errors > 0) throw new Error(`${webhook.non2xx} were refused`);
  const line = ({ latency }: { latency: { p50: number; p99: number } }) =>
    `p50 ${latency.p50} ms, p99 ${latency.p99} ms`;
  print(`hello function, ${connections} at once                  ${line(hello)}`);
  print(
    `webhook, ${count} pushes, ${connections} at once            ${line(webhook)}: p99 is ${(webhook.latency.p99 / hello.latency.p99).toFixed(1)} times hello's, below 5 wanted`,
  );
  const began = performance.now();
  await allProcessed(stack);
  print(
    `all of them stored                          ${((performance.now() - began) / 1000).toFixed(1)} s after the last answer`,
  );
}

/** The largest push that GitHub sends: 2,048 commits in nearly 25 MB. */
async function largePush(stack: StackFile): Promise<void> {
  const names = Array.from({ length: 2_048 }, (_, number) => `large ${number}`);
  const body = JSON.stringify(pushOf(names, 'before', 190, branches / 2));
  const began = performance.now();
  const answer = await fetch(stack.webhookUrl, { method: 'POST', headers: signed(stack, body), body });
  const acknowledged = performance.now() - began;
  if (answer.status !== 202) throw new Error(`the push was answered ${answer.status}`);
  await allProcessed(stack);
  const seconds = (performance.now() - began) / 1000;
  for (const name of [names[0], names.at(-1)]) {
    const found = await call(stack, `/commits/${hashOf(name ?? '')}`);
    if (found.status !== 200) throw new Error(`${name} is not there`);
  }
  print(
    `a push of 2,048 commits, ${(body.length / 1e6).toFixed(1)} MB          acknowledged in ${Math.round(acknowledged)} ms, all stored in ${seconds.toFixed(1)} s`,
  );
}

async function allProcessed(stack: StackFile): Promise<void> {
  for (;;) {
    const answer = await call(stack, '/coverage?limit=1');
    const { deliveries } = (await answer.json()) as { deliveries: { pending: number; failed: number } };
    if (deliveries.failed > 0) throw new Error('a delivery was set aside');
    if (deliveries.pending === 0) return;
    await sleep(500);
  }
}

function signed(stack: StackFile, body: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', stack.webhookSecret).update(body).digest('hex')}`,
  };
}

function pushOf(names: readonly string[], before: string, files: number, ref: number) {
  const person = { name: 'Dev', email: 'dev@example.org', username: 'dev' };
  return {
    ref: `refs/heads/topic-${ref % branches}`,
    before: hashOf(before),
    after: hashOf(names.at(-1) ?? ''),
    created: false,
    deleted: false,
    forced: false,
    repository: { id: 7, full_name: 'clinic/records', default_branch: 'main' },
    pusher: { name: 'dev' },
    sender: { login: 'dev', type: 'User' },
    commits: names.map((name) => ({
      id: hashOf(name),
      message: `fix(records): ${name}\n\nSigned-off-by: Dev <dev@example.org>`,
      timestamp: '2025-01-15T10:00:00Z',
      author: person,
      committer: person,
      added: [],
      modified: Array.from(
        { length: files },
        (_, file) => `services/records/src/main/java/clinic/Service${file}.java`,
      ),
      removed: [],
    })),
  };
}
