import { apiDocument } from './contract';
import { endpoint } from './endpoint';

endpoint('openapi', async () => ({ jsonBody: apiDocument() }));
