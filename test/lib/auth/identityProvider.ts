import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export const audience = 'api://gitops';

export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

/** A new key pair, its public half as an issuer would publish it. */
export async function makeSigningKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Seconds since 1970, `offset` seconds from now. */
export const inSeconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

/** A token with these very claims: nothing is added that a test did not ask for. */
export function sign(
  key: SigningKey,
  claims: JWTPayload,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey);
}

/** How the key server answers: with its keys, with a status, with something else, or not at all. */
export type Behaviour = 'keys' | 'throttle' | 'fault' | 'garbage' | 'redirect' | 'silence';

/** A real HTTP server of JSON Web Keys on port 0 that can rotate, throttle, fail, hang, stop and come back. */
export class KeyServer {
  behaviour: Behaviour = 'keys';
  requests = 0;
  private server: Server | undefined;
  private port = 0;
  private readonly arrivals = new EventEmitter();

  constructor(public keys: SigningKey[]) {}

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `${this.origin}/jwks`;
  }

  /** Waits until this many requests came in. */
  async requested(count: number): Promise<void> {
    while (this.requests < count) await once(this.arrivals, 'request');
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.requests += 1;
      this.arrivals.emit('request');
      if (request.url === '/elsewhere') {
        response.end(JSON.stringify({ keys: [] }));
        return;
      }
      const answers: Record<Behaviour, () => unknown> = {
        keys: () => response.end(JSON.stringify({ keys: this.keys.map(({ publicJwk }) => publicJwk) })),
        throttle: () => response.writeHead(429, { 'retry-after': '30' }).end(),
        fault: () => response.writeHead(500).end(),
        garbage: () => response.end('<html>maintenance</html>'),
        redirect: () => response.writeHead(302, { location: '/elsewhere' }).end(),
        silence: () => undefined,
      };
      answers[this.behaviour]();
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}
