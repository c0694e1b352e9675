import { endpoint } from './endpoint';

export const healthLive = endpoint('healthLive', async () => ({ jsonBody: { status: 'ok' } }));
