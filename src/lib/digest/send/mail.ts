import { createHash } from 'node:crypto';
import { NotDelivered } from './outcome';

export interface MailServer {
  /** `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://…` with STARTTLS. */
  url: string;
  from: string;
}

export interface Mail {
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** Names the message, the same in every attempt. */
  messageId: string;
}

/** Commands that come before the message itself: what fails in them has certainly not sent it. */
const beforeMessage = new Set(['CONN', 'EHLO', 'HELO', 'STARTTLS', 'AUTH', 'MAIL FROM', 'RCPT TO']);

/**
 * Sends one mail with a text and an HTML part. Its Message-ID is made of `messageId`, so that a mail server or a mail client that gets it
 * twice can tell (RFC 5322 section 3.6.4). TLS is required unless the server is on this machine.
 * @returns what to note: some recipients were refused; undefined where all is well
 * @throws NotDelivered
 */
export async function sendMail(
  server: MailServer,
  mail: Mail,
  timeoutMs: number,
): Promise<string | undefined> {
  const { hostname, protocol } = new URL(server.url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  // A large library, and most runs of a process send no mail.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url: server.url,
    requireTLS: protocol === 'smtp:' && !isLocal,
    ignoreTLS: isLocal && protocol === 'smtp:',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([\w.-]+)/.exec(server.from)?.[1] ?? 'localhost';
  const name = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 40);
  try {
    const { rejected } = await transport.sendMail({
      from: server.from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: `<${name}@${domain}>`,
      // No answer from an absent person, no loop: RFC 3834.
      headers: { 'auto-submitted': 'auto-generated' },
    });
    return rejected.length > 0
      ? `${rejected.length} of ${mail.to.length} recipients were refused.`
      : undefined;
  } catch (error) {
    const { code, command, responseCode } = error as {
      code?: string;
      command?: string;
      responseCode?: number;
    };
    const isEarly = responseCode !== undefined || beforeMessage.has(command ?? '');
    throw new NotDelivered(
      isEarly ? 'refused' : 'unsure',
      `The mail server refused or failed (${responseCode ?? code ?? 'unknown'}).`,
    );
  } finally {
    transport.close();
  }
}
