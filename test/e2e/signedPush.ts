import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { RunningStack } from './runningStack';

/** Sends a body to the stack's webhook as GitHub does, signed with the stack's secret or another. */
export function sendPush(
  stack: RunningStack,
  body: string | Buffer,
  { id = randomUUID() as string, secret = stack.webhookSecret, headers = {} as Record<string, string> } = {},
): Promise<Response> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
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

/** Waits until nothing is pending in the inbox. Asks twice a second: the answer costs the store a count. */
export async function untilInboxIsEmpty(stack: RunningStack, timeoutMs: number): Promise<{ failed: number }> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await stack.call('/coverage?limit=1');
    const { deliveries } = (await answer.json()) as { deliveries: { pending: number; failed: number } };
    if (deliveries.pending === 0) return deliveries;
    if (Date.now() > deadline) throw new Error(`${deliveries.pending} deliveries are still pending`);
    await setTimeout(500);
  }
}
