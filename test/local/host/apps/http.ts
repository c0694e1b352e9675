import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';

/** Tells what reached the function. */
async function echo(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return {
    jsonBody: {
      function: context.functionName,
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      headers: Object.fromEntries(request.headers),
      body: Buffer.from(await request.arrayBuffer()).toString('base64'),
      traceParent: context.traceContext?.traceParent,
    },
  };
}

// By name, `aaaById` comes first, although `search` is the more specific route.
app.http('aaaById', { methods: ['GET'], route: 'things/{id}', handler: echo });
app.http('searchThings', { methods: ['GET'], route: 'things/search', handler: echo });
app.http('deleteThing', { methods: ['DELETE'], route: 'things/{id}', handler: echo });
app.http('anyMethod', {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  route: 'any/{id?}',
  handler: echo,
});
app.http('defaults', { handler: echo });
app.http('files', { methods: ['GET'], route: 'files/{*path}', handler: echo });
app.http('byNumber', { methods: ['GET'], route: 'numbers/{number:int:range(1,99)}', handler: echo });
app.http('withKey', { authLevel: 'function', handler: echo });
app.http('withMasterKey', { authLevel: 'admin', handler: echo });
app.http('switchedOff', { handler: echo });
app.http('fails', {
  handler: () => {
    throw new Error('a secret detail');
  },
});
app.http('nothing', { handler: async () => undefined as unknown as HttpResponseInit });
app.http('wrongAnswer', { handler: () => 'text' as unknown as HttpResponseInit });
app.http('binary', {
  handler: () => ({ body: Uint8Array.from([0, 255, 128]), headers: { 'content-type': 'image/x' } }),
});
app.http('status', {
  methods: ['GET'],
  route: 'status/{code:int}',
  handler: (request) => ({ status: Number(request.params.code), body: 'a body' }),
});
app.http('cookies', {
  handler: () => ({
    cookies: [
      {
        name: 'one',
        value: 'a b',
        maxAge: 60,
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        domain: 'x.test',
      },
      { name: 'two', value: '2', expires: new Date('2030-01-02T03:04:05Z'), sameSite: 'None', path: '/p' },
      { name: 'three', value: '3' },
    ],
  }),
});

app.http('slowly', {
  handler: async (_request, context) => {
    context.log('begun');
    await new Promise((later) => setTimeout(later, 1000));
    return { body: 'done' };
  },
});

let release: () => void = () => undefined;
app.http('held', {
  handler: async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return { body: 'released' };
  },
});
app.timer('letGo', { schedule: '0 0 0 1 1 *', handler: () => release() });
