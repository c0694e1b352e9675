import { apiDocument } from './contract';
import { endpoint } from './endpoint';

export const openapi = endpoint('openapi', async () => ({ jsonBody: apiDocument() }));
