import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { attributeNames } from '../../src/lib/telemetry';
import { type HttpReceiver, startHttpReceiver } from '../lib/digest/receivers';
import { type Envelope, IngestionStandIn } from './ingestionStandIn';
import { poll, type RunningStack, startStackProcess, temporaryFolder } from './runningStack';
import { sendPush } from './signedPush';

// What the built bundle sends to Application Insights, read where it arrives: a TLS stand-in of the ingestion endpoint.

const secrets = {
  message: 'xylophone-message',
  email: 'zebra.keeper@example.org',
  path: 'walrus/secret-folder/patient.ts',
  repository: 'marmot-owner/marmot-repository',
  chat: '/services/narwhal-address',
};
const hashes = ['a', 'b', 'c'].map((digit) => digit.repeat(40));

const push = (commits: readonly string[], before: string) => ({
  ref: 'refs/heads/main',
  before,
  after: commits.at(-1),
  created: false,
  deleted: false,
  forced: false,
  repository: { id: 1, full_name: secrets.repository, default_branch: 'main' },
  pusher: { name: 'marmot-pusher', email: secrets.email },
  sender: { login: 'marmot-sender', type: 'User' },
  commits: commits.map((id) => ({
    id,
    message: secrets.message,
    timestamp: new Date().toISOString(),
    author: { name: 'Zebra Keeper', email: secrets.email },
    committer: { name: 'Zebra Keeper', email: secrets.email },
    added: [secrets.path],
    modified: [],
    removed: [],
    distinct: true,
  })),
});

const spansOfAPush = 16;

const newTraceId = () => randomBytes(16).toString('hex');

const deliver = (stack: RunningStack, traceId: string, body: string): Promise<Response> =>
  sendPush(stack, body, {
    headers: { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` },
  });

const fault = (stack: RunningStack, body: object) =>
  fetch(`${stack.cosmosEndpoint}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** A channel that takes messages, and one whose address is gone: by name, as their setting holds the address. */
const channels = ['chat', 'gone'];

/** Makes a digest, with a message to each channel. */
async function sendDigest(stack: RunningStack, chat: HttpReceiver): Promise<void> {
  chat.behaviours.set(`${secrets.chat}-gone`, Array(9).fill({ status: 410 }));
  const { settings } = (await (await stack.call('/settings')).json()) as { settings: object };
  const digest = { channels: channels.map((name) => ({ type: 'slack', name, urlSecret: `${name}-url` })) };
  const answer = await stack.send('PUT', '/settings', { ...settings, digest });
  expect(answer.status).toBe(200);
  await stack.runTimer('dailyDigest');
  const log = join(stack.dataDirectory, 'host.log');
  await poll(async () => (await readFile(log, 'utf8')).includes('digest sent') || undefined);
}

const audited = (stack: RunningStack, hash: string) =>
  poll(async () => {
    const answer = await stack.call(`/audit?commitHash=${hash}`);
    return ((await answer.json()) as { items: unknown[] }).items[0];
  });

const property = (envelope: Envelope | undefined, name: string) => envelope?.data.baseData.properties?.[name];
const charge = (envelope: Envelope) => Number(property(envelope, 'azure.cosmosdb.operation.request_charge'));

describe('what arrives', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let standIn: IngestionStandIn;
  let hostLog: string;
  let exitCode: number | null;
  let webhookCharge: number;
  let chat: HttpReceiver;
  const [pushed, throttled, slow] = [newTraceId(), newTraceId(), newTraceId()];

  beforeAll(async () => {
    folder = await temporaryFolder();
    standIn = await IngestionStandIn.start(folder.path);
    chat = await startHttpReceiver();
    const addresses = channels.map((name) => [
      `CHANNEL_SECRET__tenant_D001__${name}_Durl`,
      `${chat.url}${secrets.chat}-${name}`,
    ]);
    const stack = await startStackProcess(folder.path, ['--no-ingest'], {
      ...(Object.fromEntries(addresses) as Record<string, string>),
      APPLICATIONINSIGHTS_CONNECTION_STRING: standIn.connectionString,
      NODE_EXTRA_CA_CERTS: standIn.certificate,
      SLOW_OPERATION_MS: '2400',
    });
    try {
      const answer = await deliver(stack, pushed, JSON.stringify(push(hashes, '0'.repeat(40))));
      webhookCharge = Number(
        /cosmos-charge;desc="([\d.]+)"/.exec(answer.headers.get('server-timing') ?? '')?.[1],
      );
      // Seen by its spans alone: asking for the log is an entry of the log, and two that append at once do it twice over.
      await poll(async () => standIn.dependenciesOf(pushed).length >= spansOfAPush || undefined, 30_000);

      const read = (traceId: string) =>
        stack.call(`/commits/${hashes[0]}`, {
          headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
        });
      await fault(stack, {
        operation: 'queryItems',
        container: 'commits',
        status: 429,
        retryAfterMs: 1,
        count: 2,
      });
      expect((await read(throttled)).status).toBe(200);
      await fault(stack, { operation: 'queryItems', container: 'commits', delayMs: 2_500, count: 1 });
      expect((await read(slow)).status).toBe(200);
      await sendDigest(stack, chat);
      const from = new Date().toISOString();
      await stack.runTimer('sendMessages');
      // The last thing that the timer asks.
      const hasAsked = () => standIn.named('query_items deliveries').some(({ time }) => time > from);
      await poll(async () => hasAsked() || undefined, 30_000);
    } finally {
      exitCode = await stack.stop();
    }
    hostLog = await readFile(join(folder.path, 'host.log'), 'utf8');
  }, 90_000);

  afterAll(async () => {
    await standIn?.close();
    await chat?.close();
    await folder?.remove();
  });

  it('is sent before the process ends', () => {
    expect(exitCode).toBe(0);
    expect(standIn.envelopes.length).toBeGreaterThan(0);
  });

  it('holds, for a push of 3 commits, exactly its operations, each under what caused it', () => {
    const spans = standIn.dependenciesOf(pushed);
    const byId = new Map(spans.map((span) => [span.data.baseData.id, span]));
    const tree = spans
      .map((span) => {
        const parent = byId.get(span.tags['ai.operation.parentId'] ?? '');
        return `${parent?.data.baseData.name ?? 'the webhook'} > ${span.data.baseData.name}`;
      })
      .sort();
    expect(tree).toEqual(
      [
        'the webhook > create_item tenants',
        'the webhook > create_item deliveries',
        'the webhook > processDelivery',
        'processDelivery > read_item tenants',
        'processDelivery > query_items deliveries',
        'processDelivery > read_item deliveries',
        'processDelivery > execute_batch deliveries',
        'processDelivery > query_items commits',
        'processDelivery > execute_batch commits',
        'processDelivery > replace_item deliveries',
        'processDelivery > auditCommit',
        'auditCommit > query_items commits',
        // The last head of a log that nobody has begun is looked for twice; then which entries are there.
        'auditCommit > query_items audit',
        'auditCommit > query_items audit',
        'auditCommit > query_items audit',
        'auditCommit > execute_batch audit',
      ].sort(),
    );
    const outside = spans
      .map(({ tags }) => tags['ai.operation.parentId'])
      .filter((id) => !byId.has(id ?? ''));
    expect(new Set(outside).size).toBe(1);
  });

  it('says of each operation what it was, where, and what it cost', () => {
    const span = standIn
      .dependenciesOf(pushed)
      .find(({ data }) => data.baseData.name === 'query_items deliveries');
    expect(span?.data.baseData).toMatchObject({
      type: 'azure.cosmosdb',
      target: '127.0.0.1|gitops-healthcare',
      data: 'query_items',
      success: true,
    });
    expect(span?.data.baseData.properties).toEqual({
      'azure.cosmosdb.connection.mode': 'gateway',
      'azure.cosmosdb.operation.request_charge': expect.stringMatching(/^[1-9][\d.]*$/) as string,
      'azure.resource_provider.namespace': 'Microsoft.DocumentDB',
      'db.collection.name': 'deliveries',
      'db.response.returned_rows': expect.stringMatching(/^\d+$/) as string,
      'db.response.status_code': '200',
      'gitops.cosmosdb.activity_id': expect.stringMatching(/^[\w-]{36}$/) as string,
      'gitops.cosmosdb.requests': '2',
      'gitops.cosmosdb.retries': '0',
      'server.address': '127.0.0.1',
    });
  });

  it('adds up, under the webhook, to the charge that its answer told', () => {
    const spans = standIn.dependenciesOf(pushed);
    const ids = new Set(spans.map(({ data }) => data.baseData.id));
    const ofWebhook = spans.filter(
      ({ tags, data }) => !ids.has(tags['ai.operation.parentId'] ?? '') && data.baseData.type !== 'InProc',
    );
    expect(ofWebhook.reduce((sum, span) => sum + charge(span), 0)).toBeCloseTo(webhookCharge, 1);
  });

  it('measures the charge of every operation once', () => {
    const operations = standIn.envelopes.filter(({ data }) => data.baseData.type === 'azure.cosmosdb');
    const measured = standIn.metric('azure.cosmosdb.client.operation.request_charge');
    const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
    expect(sumOf(measured.map(({ value }) => value))).toBeCloseTo(sumOf(operations.map(charge)), 1);
  });

  it('holds a message to a chat as one request, with its outcome and without its address', () => {
    const posts = standIn.named('POST');
    const outcomes = posts.map(({ data: { baseData } }) => `${baseData.resultCode} ${baseData.success}`);
    expect(outcomes.toSorted()).toEqual([...chat.received.map(() => '200 true'), '410 false']);
    expect(new Set(posts.map(({ data }) => data.baseData.target))).toEqual(new Set(['127.0.0.1']));
    expect(new Set(posts.map(({ data }) => data.baseData.data))).toEqual(new Set(['']));
  });

  it('shows a throttled operation as one, with its retries', () => {
    const [query, ...others] = standIn
      .dependenciesOf(throttled)
      .filter(({ data }) => data.baseData.name === 'query_items commits');
    expect(others).toEqual([]);
    expect(property(query, 'gitops.cosmosdb.retries')).toBe('2');
    expect(property(query, 'db.response.status_code')).toBe('200');
    expect(property(query, 'db.response.returned_rows')).toBe('1');
    expect(query?.data.baseData.success).toBe(true);
    expect(standIn.metric('gitops.cosmosdb.throttles').map(({ value }) => value)).toEqual([2]);
  });

  it('has one warning for a slow operation, in the log of its invocation', () => {
    const [, facts, ...others] = hostLog.split('getCommit: slow operation ');
    expect(others).toEqual([]);
    expect(facts).toMatch(/^\{\s+operation: 'query_items',\s+container: 'commits',/);
    expect(Number(/durationMs: (\d+)/.exec(facts ?? '')?.[1])).toBeGreaterThanOrEqual(2_500);
    expect(facts).toMatch(
      /status: 200,[^}]*requestCharge: [\d.]+,\s+returnedRows: 1,\s+retries: 0,\s+activityId: '[\w-]{36}'/,
    );
  });

  it('counts what was ingested, by level, and measures how far the change feed is behind', () => {
    const ingested = standIn.metric('gitops.commits.ingested');
    expect(ingested.reduce((sum, { value }) => sum + value, 0)).toBe(3);
    expect(ingested.map(({ properties }) => properties['gitops.risk.level'])).not.toContain(undefined);
    const lag = standIn.metric('gitops.change_feed.lag');
    expect(new Set(lag.map(({ properties }) => properties['faas.name']))).toEqual(
      new Set(['auditCommit', 'auditSettings', 'processDelivery']),
    );
  });

  it('counts the messages that could not be sent, and the deliveries that wait', () => {
    expect(Math.max(...standIn.metric('gitops.digest.failures').map(({ value }) => value))).toBe(1);
    expect(standIn.metric('gitops.deliveries.pending').at(-1)?.value).toBe(0);
  });

  it('leaves nothing to sampling, and counts no request of the host again', () => {
    expect(new Set(standIn.envelopes.map(({ sampleRate }) => sampleRate ?? 100))).toEqual(new Set([100]));
    const kinds = new Set(standIn.envelopes.map(({ data }) => data.baseType));
    expect(kinds).toEqual(new Set(['RemoteDependencyData', 'MetricData']));
  });

  it('has the allowed attributes alone, and nothing of messages, people, paths or repositories', () => {
    const names = new Set(
      standIn.envelopes.flatMap(({ data }) => Object.keys(data.baseData.properties ?? {})),
    );
    const allowed = new Set<string>([...attributeNames, '_MS.links', 'service.name']);
    expect([...names].filter((name) => !allowed.has(name))).toEqual([]);
    const sent = standIn.bodies.join('\n').toLowerCase();
    for (const secret of [
      ...Object.values(secrets),
      ...hashes,
      'marmot',
      'zebra',
      'walrus',
      'narwhal',
      'bearer',
      process.cwd(),
    ])
      expect(sent).not.toContain(secret.toLowerCase());
  });
});

describe('an endpoint', () => {
  const open = new Set<Socket>();
  const silent = createServer((socket) => open.add(socket));
  beforeAll(() => new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    for (const socket of open) socket.destroy();
    silent.close();
  });

  it.each([
    ['that nobody listens at', () => 9],
    ['that never answers', () => (silent.address() as AddressInfo).port],
  ])(
    '%s neither fails nor slows a request, nor holds the process when it stops',
    async (_, port) => {
      const folder = await temporaryFolder();
      const stack = await startStackProcess(folder.path, ['--no-ingest'], {
        APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=https://127.0.0.1:${port()}/`,
      });
      try {
        const answer = await deliver(stack, newTraceId(), JSON.stringify(push(hashes, '0'.repeat(40))));
        expect(answer.status).toBe(202);
        for (const hash of hashes) await audited(stack, hash);
        expect((await stack.call('/commits')).status).toBe(200);
        const stoppedAt = Date.now();
        expect(await stack.stop()).toBe(0);
        expect(Date.now() - stoppedAt).toBeLessThan(10_000);
      } finally {
        await stack.kill();
        await folder.remove();
      }
    },
    60_000,
  );
});
