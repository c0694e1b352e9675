import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { channelSecretSetting, type TenantSettings } from '../../settings';
import type { Announcement, Digest, Message } from '../digest';
import { renderHtml, renderSlack, renderTeams, renderText } from '../render';
import { type RenderOptions, type View, viewOfAnnouncement, viewOfDigest } from '../wording';
import { type MailServer, sendMail } from './mail';
import { NotDelivered } from './outcome';
import { connect } from './post';

export type ChannelSettings = TenantSettings['digest']['channels'][number];

/** What sending needs to know of the app's settings. */
export interface OutletOptions {
  publicUrl: string | undefined;
  smtpUrl: string | undefined;
  smtpFrom: string | undefined;
  channelSecrets: Readonly<Record<string, string>>;
  /** For one attempt; default 15 s. */
  timeoutMs?: number;
}

/** Slack and Teams cannot tell a repetition; mail servers and webhook receivers can. */
export const canTellRepetition: Readonly<Record<ChannelSettings['type'], boolean>> = {
  slack: false,
  teams: false,
  email: true,
  webhook: true,
};

export const attemptTimeoutMs = 15_000;

/** A message with nothing left to do but to say its first byte. */
export interface Ready {
  /**
   * @returns what to note of a message that was accepted
   * @throws NotDelivered
   */
  send(): Promise<string | undefined>;
  /** Where it is not sent after all. */
  close(): void;
}

/**
 * Does what can be done of one attempt before a receiver hears of it: renders, signs and connects (mail, which can tell a
 * repetition, is not connected).
 * @throws NotDelivered with nothing sent
 */
export async function prepare(
  channel: ChannelSettings,
  message: Message,
  messageId: string,
  options: OutletOptions,
): Promise<Ready> {
  const { timeoutMs = attemptTimeoutMs } = options;
  const view = viewOf(message, { publicUrl: options.publicUrl, minLevel: channel.minLevel });
  const secret = (name: string) => secretOf(message.tenantId, name, options);
  const posted = async (url: string, body: string, headers: Record<string, string> = {}) => {
    const connection = await connect(url, timeoutMs);
    const send = () => connection.post(body, headers).then(() => undefined);
    return { send, close: connection.close };
  };
  switch (channel.type) {
    case 'slack':
      return posted(secret(channel.urlSecret), JSON.stringify(renderSlack(view)));
    case 'teams':
      return posted(secret(channel.urlSecret), JSON.stringify(renderTeams(view)));
    case 'email': {
      const server = mailServerOf(options);
      const [text, html] = [renderText(view), renderHtml(view)];
      const mail = { to: channel.to, subject: view.title, text, html, messageId };
      return { send: () => sendMail(server, mail, timeoutMs), close: () => undefined };
    }
    case 'webhook': {
      const body = webhookBody(message);
      return posted(channel.url, body, signed(body, messageId, secret(channel.signingSecret), new Date()));
    }
  }
}

function viewOf(message: Message, options: RenderOptions): View {
  return message.kind === 'announcement'
    ? viewOfAnnouncement(message as Announcement, options)
    : viewOfDigest(message as Digest, options);
}

/** A payload by https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function webhookBody(message: Message): string {
  const { channels: _, isOpen: __, ...data } = message;
  const own = Object.fromEntries(Object.entries(data).filter(([name]) => !name.startsWith('_')));
  const type = message.kind === 'announcement' ? 'commits.critical' : 'digest.created';
  return JSON.stringify({ type, timestamp: message.createdAt, data: own });
}

/** The three headers of Standard Webhooks; `webhook-id` is the same in every attempt. */
export function signed(body: string, messageId: string, secret: string, at: Date): Record<string, string> {
  const id = `msg_${createHash('sha256').update(messageId).digest('hex').slice(0, 32)}`;
  const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': webhook.sign(id, at, body),
  };
}

function secretOf(tenantId: string, name: string, { channelSecrets }: OutletOptions): string {
  const setting = channelSecretSetting(tenantId, name);
  const value = channelSecrets[setting];
  if (value === undefined) throw new NotDelivered('refused', `The app has no setting ${setting}.`);
  return value;
}

function mailServerOf({ smtpUrl, smtpFrom }: OutletOptions): MailServer {
  if (smtpUrl === undefined || smtpFrom === undefined)
    throw new NotDelivered('refused', 'The app has no mail server: SMTP_URL and SMTP_FROM.');
  return { url: smtpUrl, from: smtpFrom };
}
