import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { AppError } from '../../kernel/index.ts';
import type { ActionsDeps } from '../deps.ts';

/** Everything it takes to send; the password opened. */
export interface MailAccount {
  host: string;
  port: number;
  tls: 'implicit' | 'starttls' | 'none';
  user: string | null;
  password: string | null;
  from: string;
}

/** The mail server did not take it, for a reason that may pass. Nothing was sent. */
export class MailUnavailable extends AppError {
  readonly code = 'mail-unavailable';
  readonly status = 502;
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('The mail server did not take the message. Nothing was sent; it is tried again.', { cause });
  }
}

/** The mail server refused it for good: the address, the login or the message. */
export class MailRefused extends AppError {
  readonly code = 'mail-refused';
  readonly status = 422;

  constructor(responseCode: number | null, cause: unknown) {
    super(
      `The mail server refused the message${responseCode ? ` (${responseCode})` : ''}. Nothing was sent.`,
      {
        cause,
      },
    );
  }
}

export interface Mail {
  messageId: string;
  to: string;
  subject: string;
  text: string;
}

export interface Mailer {
  /** @throws MailUnavailable, MailRefused where surely nothing was sent; anything else means: nobody knows */
  send(mail: Mail): Promise<void>;
  verify(): Promise<void>;
  close(): void;
}

/**
 * The account's mail server. Its name is resolved once and vetted, and the connection goes to that address;
 * the certificate is still checked against the name.
 *
 * @throws AddressRefused
 */
export async function openMailer(deps: ActionsDeps, account: MailAccount): Promise<Mailer> {
  const address = await deps.vetMailHost(account.host, account.port);
  const transport = createTransport({
    host: address,
    port: account.port,
    secure: account.tls === 'implicit',
    requireTLS: account.tls === 'starttls',
    ignoreTLS: account.tls === 'none',
    name: domainOf(account.from),
    tls: isIP(account.host) === 0 ? { servername: account.host } : {},
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(account.user ? { auth: { user: account.user, pass: account.password ?? '' } } : {}),
  });
  const signIn = () =>
    transport.verify().catch(thrown => {
      throw refusalOf(thrown) ?? new MailUnavailable(thrown);
    });
  return {
    async send({ messageId, to, subject, text }) {
      // First without a mail: of what fails here nothing can be on its way. Later the library does not tell
      // a connection that was never made from one that was cut after the mail had been taken.
      await signIn();
      const mail = { messageId, from: account.from, to: { name: '', address: to }, subject, text };
      await transport.sendMail(mail).catch(thrown => {
        throw refusalOf(thrown) ?? thrown;
      });
    },
    verify: async () => void (await signIn()),
    close: () => transport.close(),
  };
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The server's own word that it took nothing; null where it said none. */
function refusalOf(thrown: unknown): AppError | null {
  if (!(thrown instanceof Error)) return null;
  const { code, responseCode } = thrown as Error & { code?: string; responseCode?: number };
  if (typeof responseCode === 'number' && responseCode >= 500) return new MailRefused(responseCode, thrown);
  if (typeof responseCode === 'number' && responseCode >= 400) return new MailUnavailable(thrown);
  return code === 'EENVELOPE' || code === 'EMESSAGE' ? new MailRefused(null, thrown) : null;
}
