import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { forward } from '../../../local/host/httpStream';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Stands in for the library's server: it closes a connection on its second request, as one that has just given up waiting. */
async function workerThatClosesKeptConnections(): Promise<{ url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const url = await serve((request, response) => {
    if (sockets.has(request.socket)) return request.socket.destroy();
    sockets.add(request.socket);
    return request.pipe(response);
  });
  return { url, sockets };
}

it('takes the request back from the worker when its client hangs up', async () => {
  const reached = new EventEmitter();
  const url = await serve((request) => {
    reached.emit('request');
    request.socket.once('close', () => reached.emit('gone'));
  });
  const lost = new Promise((resolve) => {
    void serve((request, response) => {
      forward(request, response, url, 'an-id').answered.catch(resolve);
    }).then(async (host) => {
      const hangUp = new AbortController();
      reached.once('request', () => hangUp.abort());
      await fetch(host, { signal: hangUp.signal }).catch(() => undefined);
    });
  });
  await once(reached, 'gone');
  expect(await lost).toMatchObject({ code: 'ECONNRESET' });
});

it.each([
  ['sends a request without a body again', undefined],
  ['gives a request with a body a connection of its own', 'some text'],
])('where the worker closes a kept connection: %s', async (_title, body) => {
  const { url, sockets } = await workerThatClosesKeptConnections();
  const host = await serve((request, response) => {
    forward(request, response, url, 'an-id').answered.catch(() => response.destroy());
  });
  for (let turn = 0; turn < 2; turn++) {
    const answer = await fetch(host, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([200, body ?? '']);
  }
  expect(sockets.size).toBe(2);
});
