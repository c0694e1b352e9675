import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { refuseLeaks } from '../leaks';

/** One record as Application Insights takes it: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete */
export interface Envelope {
  name: string;
  /** When it began. */
  time: string;
  sampleRate?: number;
  tags: Record<string, string>;
  data: {
    baseType: string;
    baseData: {
      id: string;
      name: string;
      type?: string;
      target?: string;
      data?: string;
      resultCode?: string;
      success?: boolean;
      properties?: Record<string, string>;
      metrics?: { name: string; value: number; count?: number; max?: number }[];
    };
  };
}

/** Stands in for the ingestion endpoint of Application Insights, by TLS as the real one, and keeps what arrives. */
export class IngestionStandIn {
  readonly envelopes: Envelope[] = [];
  /** Every body as it came. */
  readonly bodies: string[] = [];

  private constructor(
    private readonly server: Server,
    /** For NODE_EXTRA_CA_CERTS. */
    readonly certificate: string,
  ) {}

  static async start(folder: string): Promise<IngestionStandIn> {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
        ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
    const standIn = new IngestionStandIn(server, certificate);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
        const received = JSON.parse(body) as Envelope[];
        standIn.bodies.push(body);
        standIn.envelopes.push(...received);
        const count = received.length;
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ itemsReceived: count, itemsAccepted: count, errors: [] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return standIn;
  }

  get connectionString(): string {
    const { port } = this.server.address() as AddressInfo;
    return `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=https://localhost:${port}/`;
  }

  /** The dependencies of one trace. */
  dependenciesOf(traceId: string): Envelope[] {
    return this.envelopes.filter(
      ({ tags, data }) => data.baseType === 'RemoteDependencyData' && tags['ai.operation.id'] === traceId,
    );
  }

  /** The dependencies of one name. */
  named(name: string): Envelope[] {
    return this.envelopes.filter(
      ({ data }) => data.baseType === 'RemoteDependencyData' && data.baseData.name === name,
    );
  }

  metric(name: string): { value: number; properties: Record<string, string> }[] {
    return this.envelopes.flatMap(({ data: { baseData } }) =>
      (baseData.metrics ?? [])
        .filter((metric) => metric.name === name)
        .map(({ value }) => ({ value, properties: baseData.properties ?? {} })),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    refuseLeaks('telemetry', this.bodies.join('\n'), { messages: [], people: [], paths: [] });
  }
}
