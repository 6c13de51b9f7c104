import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on this machine; its one login is `sales` with the password `right`. */
export interface MailServer {
  port: number;
  /** What it has taken, whether or not it said so. */
  mails: { from: string; to: string[]; raw: string }[];
  /** It takes mails and then cuts the line instead of saying so. */
  silent: boolean;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'sales' && password === 'right'
        ? done(null, { user: username })
        : done(new Error('No such login')),
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', chunk => {
        raw += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        server.mails.push({ from, to: rcptTo.map(({ address }) => address), raw });
        if (!server.silent) return done();
        for (const socket of sockets) socket.destroy();
      });
    },
  });
  // A client that was killed cuts its line.
  smtp.on('error', () => {});
  await new Promise<void>(listening => smtp.listen(0, '127.0.0.1', listening));
  smtp.server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const server: MailServer = {
    port: (smtp.server.address() as AddressInfo).port,
    mails: [],
    silent: false,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(closed => smtp.close(() => closed()));
    },
  };
  return server;
}
