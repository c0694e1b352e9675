import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock';
import type { Store } from '../../store';
import type { ChannelState, Message } from '../digest';
import { NotDelivered } from './outcome';
import { type ChannelSettings, canTellRepetition, type OutletOptions, sendTo } from './outlet';

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
  { tenantId, id }: Message,
  name: string,
  channels: readonly ChannelSettings[],
): Promise<'sent' | 'failed' | 'nothing'> {
  const channel = channels.find((candidate) => candidate.name === name);
  const claim = await change(delivery, tenantId, id, name, (state, message) =>
    nextState(state, message, channel, delivery.clock()),
  );
  if (claim?.state.status !== 'sending' || !channel) return 'nothing';
  const outcome = await attempt(delivery, channel, claim.message, claim.state);
  await change(delivery, tenantId, id, name, (state) =>
    // Somebody else took over after the lease: what counts is theirs.
    state.status === 'sending' && state.attempts === claim.state.attempts ? outcome : undefined,
  );
  return outcome.status === 'sent' ? 'sent' : 'failed';
}

/** What to do with a channel now: its next state, or undefined where there is nothing to do. */
function nextState(
  state: ChannelState,
  message: Message,
  channel: ChannelSettings | undefined,
  now: Date,
): ChannelState | undefined {
  const at = now.toISOString();
  if (state.status !== 'pending' && state.status !== 'sending') return undefined;
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
  { options, clock }: Delivery,
  channel: ChannelSettings,
  message: Message,
  { leaseUntil: _, error: __, ...state }: ChannelState,
): Promise<ChannelState> {
  try {
    const note = await sendTo(channel, message, state.messageId, options);
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
): Promise<{ message: Message; state: ChannelState } | undefined> {
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
    if (await store.digests.replace(written, item._etag)) return { message: written, state };
    await sleep(Math.random() * 20 * (turn + 1));
  }
  return undefined;
}
