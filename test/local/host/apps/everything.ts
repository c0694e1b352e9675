import { app } from '@azure/functions';

/** Takes every path under the prefix, and tells where the process works. */
app.get('everything', { route: '{*path}', handler: () => ({ body: process.cwd() }) });
