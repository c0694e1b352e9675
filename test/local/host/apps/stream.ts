import { Readable } from 'node:stream';
import { app } from '@azure/functions';

app.setup({ enableHttpStream: true });

app.http('upper', {
  methods: ['POST', 'GET'],
  route: 'upper/{name?}',
  handler: async (request) => ({
    headers: {
      'x-name': request.params.name ?? '',
      'x-query': request.query.getAll('a').join('|'),
      'x-seen': request.headers.get('x-sent') ?? '',
    },
    body: (await request.text()).toUpperCase(),
  }),
});

let next: () => void = () => undefined;
app.get('pieces', () => {
  async function* pieces(): AsyncGenerator<string> {
    yield 'first ';
    await new Promise<void>((resolve) => {
      next = resolve;
    });
    yield 'second';
  }
  return { body: Readable.from(pieces()), cookies: [{ name: 'c', value: '1' }], status: 201 };
});
app.get('next', () => {
  next();
  return { body: '' };
});
app.http('fails', {
  methods: ['GET', 'POST'],
  handler: () => {
    throw new Error('a streamed failure');
  },
});
