import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock';
import type { Store } from '../../store';
import type { ChannelState, Message } from '../digest';
import { NotDelivered } from './outcome';
import { type ChannelSettings, canTellRepetition, type OutletOptions, prepare, type Ready } from './outlet';

/** Longer than any attempt: whoever holds a lease that has run out is not sending any more. */
const leaseMs = 60_000;
const backOffMs = 30_000;
const backOffMaxMs = 3_600_000;
/** After a day the next digest says what did not arrive. */
const giveUpMs = 86_400_000;
const turnsMax = 30;

export interface Delivery {
  store: Store;
  options: OutletOptions;
  clock: Clock;
}

/**
 * Sends every message of a tenant that is not finished to the channels that wait for it. May run any number of times, in
 * several processes at once, and be killed anywhere: a channel is claimed in the item (by its ETag) before anything is sent.
 * Where a sender died in the middle, mail and webhooks are sent again under the same id, and Slack and Teams, which could not
 * tell a repetition, are not: `unknown`, and the next digest says so.
 * @returns how many attempts failed
 */
export async function deliverOpen(
  delivery: Delivery,
  tenantId: string,
  channels: readonly ChannelSettings[],
): Promise<{ sent: number; failed: number }> {
  const outcomes: ('sent' | 'failed' | 'nothing')[] = [];
  for (const message of (await delivery.store.digests.open(tenantId)) as unknown as Message[]) {
    const names = Object.keys(message.channels ?? {});
    // One by one would let a channel that hangs delay the others.
    outcomes.push(...(await Promise.all(names.map((name) => deliverTo(delivery, message, name, channels)))));
  }
  return {
    sent: outcomes.filter((outcome) => outcome === 'sent').length,
    failed: outcomes.filter((outcome) => outcome === 'failed').length,
  };
}

async function deliverTo(
  delivery: Delivery,
  message: Message,
  name: string,
  channels: readonly ChannelSettings[],
): Promise<'sent' | 'failed' | 'nothing'> {
  const { tenantId, id } = message;
  const channel = channels.find((candidate) => candidate.name === name);
  const due = nextState(message.channels?.[name], message, channel, delivery.clock());
  // Before the claim, so that as little as can be lies between it and the first byte.
  const ready = due?.status === 'sending' && channel && (await prepared(delivery, channel, message, due));
  try {
    const claim = await change(delivery, tenantId, id, name, (state, latest) => {
      const next = nextState(state, latest, channel, delivery.clock());
      return next?.status === 'sending' && !ready ? undefined : next;
    });
    if (claim?.status !== 'sending' || !ready) return 'nothing';
    const outcome = await attempt(delivery, ready, claim);
    await change(delivery, tenantId, id, name, (state) =>
      // Somebody else took over after the lease: what counts is theirs.
      state.status === 'sending' && state.attempts === claim.attempts ? outcome : undefined,
    );
    return outcome.status === 'sent' ? 'sent' : 'failed';
  } finally {
    if (ready) ready.close();
  }
}

/** Never throws: what went wrong before a receiver heard of it becomes the outcome of the attempt. */
function prepared(
  { options }: Delivery,
  channel: ChannelSettings,
  message: Message,
  { messageId }: ChannelState,
): Promise<Ready> {
  return prepare(channel, message, messageId, options).catch((error: unknown) => ({
    send: () => Promise.reject(error),
    close: () => undefined,
  }));
}

/** What to do with a channel now: its next state, or undefined where there is nothing to do. */
function nextState(
  state: ChannelState | undefined,
  message: Message,
  channel: ChannelSettings | undefined,
  now: Date,
): ChannelState | undefined {
  const at = now.toISOString();
  if (state?.status !== 'pending' && state?.status !== 'sending') return undefined;
  if (state.status === 'sending' && (state.leaseUntil ?? '') > at) return undefined;
  const { leaseUntil: _, nextAttemptAt, ...rest } = state;
  if (state.status === 'sending' && !canTellRepetition[state.kind])
    return { ...rest, status: 'unknown', error: 'The sender stopped in the middle of sending.' };
  if (channel?.type !== state.kind)
    return { ...rest, status: 'failed', error: 'The channel is not in the settings any more.' };
  if (now.getTime() - Date.parse(message.createdAt) > giveUpMs)
    return { ...rest, status: 'failed', error: state.error ?? 'It could not be sent within a day.' };
  if ((nextAttemptAt ?? '') > at) return undefined;
  return {
    ...rest,
    status: 'sending',
    attempts: state.attempts + 1,
    leaseUntil: new Date(now.getTime() + leaseMs).toISOString(),
  };
}

async function attempt(
  { clock }: Delivery,
  ready: Ready,
  { leaseUntil: _, error: __, ...state }: ChannelState,
): Promise<ChannelState> {
  try {
    const note = await ready.send();
    return {
      ...state,
      status: 'sent',
      sentAt: clock().toISOString(),
      ...(note !== undefined && { error: note }),
    };
  } catch (error) {
    const failure =
      error instanceof NotDelivered
        ? error
        : new NotDelivered('refused', 'It could not be rendered or signed.');
    if (failure.kind === 'unsure' && !canTellRepetition[state.kind])
      return { ...state, status: 'unknown', error: failure.message };
    const waitMs = Math.max(
      Math.min(backOffMs * 2 ** (state.attempts - 1), backOffMaxMs),
      Math.min((failure.retryAfterSeconds ?? 0) * 1_000, backOffMaxMs),
    );
    return {
      ...state,
      status: 'pending',
      error: failure.message,
      nextAttemptAt: new Date(clock().getTime() + waitMs).toISOString(),
    };
  }
}

/**
 * Writes the next state of one channel, unless `next` gives none; reads again where another channel or another process wrote
 * the item in between.
 */
async function change(
  { store }: Delivery,
  tenantId: string,
  id: string,
  name: string,
  next: (state: ChannelState, message: Message) => ChannelState | undefined,
): Promise<ChannelState | undefined> {
  for (let turn = 0; turn < turnsMax; turn++) {
    const item = await store.digests.get(tenantId, id);
    const message = item as unknown as Message | undefined;
    const before = message?.channels?.[name];
    const state = before && message && next(before, message);
    if (!item || !state) return undefined;
    const channels = { ...message.channels, [name]: state };
    const { isOpen: _, ...rest } = item as typeof item & Message;
    const isOpen = Object.values(channels).some(({ status }) => status === 'pending' || status === 'sending');
    const written = { ...rest, channels, ...(isOpen && { isOpen: true as const }) };
    if (await store.digests.replace(written, item._etag)) return state;
    await sleep(Math.random() * 20 * (turn + 1));
  }
  return undefined;
}
