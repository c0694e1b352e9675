import { createHmac, randomUUID } from 'node:crypto';
import type { RunningStack } from './runningStack';

/** Sends a body to the stack's webhook as GitHub does. */
export function sendPush(
  stack: RunningStack,
  body: string | Buffer,
  { id = randomUUID() as string, headers = {} as Record<string, string> } = {},
): Promise<Response> {
  const signature = createHmac('sha256', stack.webhookSecret).update(body).digest('hex');
  return fetch(stack.webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signature}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}
