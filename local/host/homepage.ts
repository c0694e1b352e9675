import type { ServerResponse } from 'node:http';

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Function app</title></head>
<body><h1>Your function app is up and running</h1><p>The local Functions host.</p></body>
</html>
`;

/** What the host answers at its root: a page, or 204 where the app setting AzureWebJobsDisableHomepage is true. */
export function homepage(response: ServerResponse): void {
  if (process.env.AzureWebJobsDisableHomepage?.toLowerCase() === 'true') {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
  });
  response.end(page);
}
