import { endpoint } from './endpoint';

endpoint('healthLive', async () => ({ jsonBody: { status: 'ok' } }));
