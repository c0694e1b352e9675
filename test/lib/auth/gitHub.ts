import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { inSeconds, KeyServer, makeSigningKey, type SigningKey, sign } from './identityProvider';

/** Stands for GitHub's issuer and its token endpoint for runs, and takes what a run sends to the app. */
export class GitHub {
  readonly received: { path: string; authorization: string | undefined; body: unknown }[] = [];

  private constructor(
    private readonly key: SigningKey,
    private readonly keys: KeyServer,
    private readonly server: Server,
  ) {}

  static async start(): Promise<GitHub> {
    const key = await makeSigningKey('key-1', 'RS256');
    const keys = new KeyServer([key]);
    await keys.start();
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/token') {
        const isAsked = request.headers.authorization === 'bearer a-request-token';
        const token = github.token(url.searchParams.get('audience') ?? '', '65');
        void token.then((value) => response.writeHead(isAsked ? 200 : 401).end(JSON.stringify({ value })));
        return;
      }
      void json(request).then((body) => {
        github.received.push({ path: url.pathname, authorization: request.headers.authorization, body });
        response.writeHead(201).end();
      });
    });
    const github = new GitHub(key, keys, server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return this.keys.origin;
  }

  /** A token of a run in a repository of this owner. */
  token(audience: string, ownerId: string): Promise<string> {
    return sign(this.key, {
      iss: this.issuer,
      aud: audience,
      sub: 'repo:clinic/records:ref:refs/heads/main',
      exp: inSeconds(300),
      repository_owner_id: ownerId,
    });
  }

  async stop(): Promise<void> {
    await this.keys.stop();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
