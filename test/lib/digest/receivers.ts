import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** How a receiver behaves: it answers with a status, never answers, or hangs up after it has read the message. */
export type Behaviour = { status: number; headers?: Record<string, string> } | 'hangs' | 'hangs-up';

export interface HttpReceiver {
  url: string;
  received: Received[];
  /** For each path; 200 by default. A list is used up from the front. */
  behaviours: Map<string, Behaviour[]>;
  /** Connections that were opened so far. */
  connections(): number;
  /** Hangs up on everybody who is connected. */
  hangUp(): void;
  close(): Promise<void>;
}

/** A server that keeps what it gets, in the place of Slack, Teams and everybody's own; with `tls` over HTTPS. */
export async function startHttpReceiver(tls?: { cert: string; key: string }): Promise<HttpReceiver> {
  const received: Received[] = [];
  const behaviours = new Map<string, Behaviour[]>();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const behaviour = behaviours.get(path)?.shift() ?? { status: 200 };
      if (behaviour === 'hangs' || behaviour === 'hangs-up' || behaviour.status < 300)
        received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
      behave(behaviour, response);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  let connections = 0;
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    connections: () => connections,
    hangUp: () => server.closeAllConnections(),
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    behaviours,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function behave(behaviour: Behaviour, response: ServerResponse): void {
  if (behaviour === 'hangs') return;
  if (behaviour === 'hangs-up') response.socket?.destroy();
  else response.writeHead(behaviour.status, behaviour.headers).end('ok');
}

export interface MailReceiver {
  url: string;
  mails: ParsedMail[];
  /** Refuses so many mails before it takes one. */
  refuse(times: number): void;
  close(): Promise<void>;
}

/** A mail server that takes mail from everybody. */
export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: ParsedMail[] = [];
  let refusals = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        if (refusals > 0) {
          refusals--;
          done(Object.assign(new Error('busy'), { responseCode: 451 }));
          return;
        }
        mails.push(mail);
        done();
      }, done);
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    refuse: (times) => {
      refusals = times;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}
