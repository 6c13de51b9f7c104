import { SetupError } from './errors.ts';
import { startSandbox } from './index.ts';

async function main(): Promise<void> {
  const portText = process.env['SANDBOX_PORT'] || '3001';
  const port = Number(portText);
  if (!Number.isInteger(port) || port < 0 || port > 65_000) {
    throw new SetupError(
      `SANDBOX_PORT is ${JSON.stringify(portText)}: set it to a port number such as 3001.`,
    );
  }
  const sandbox = await startSandbox({
    port,
    host: process.env['SANDBOX_HOST'] || '127.0.0.1',
    dataDir: process.env['DATA_DIR'] || '.data',
    limits: process.env['SANDBOX_LIMITS'] === 'on',
  });

  let closing = false;
  const leave = () => {
    if (closing) return;
    closing = true;
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', leave);
  // Ctrl-C reaches every process of the terminal: with a parent, it is the parent who says when to leave.
  process.on('SIGINT', () => process.send || leave());
  process.on('disconnect', leave);
  process.stdout.write(`${JSON.stringify({ ready: true, accounts: sandbox.accounts })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof SetupError ? error.message : String(error)}\n`);
  process.exit(1);
});
