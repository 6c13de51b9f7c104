import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { listen } from './http/index.ts';
import { AppError, crashPoints, createLogger, toError } from './kernel/index.ts';

const stopGraceMs = 8_000;

/** The process: environment in, signals, exit code. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  process.on('unhandledRejection', thrown =>
    log.error({ err: toError(thrown) }, 'a rejection nobody handled'),
  );
  const app = await compose(config, { log, reach: crashPoints(process.env.CRASH_POINT_FILE) });
  const listening = await listen(app.http, config.http).catch(async error => {
    await app.close();
    throw error;
  });
  const url = `http://${config.http.host === '0.0.0.0' ? '127.0.0.1' : config.http.host}:${listening.port}`;
  const note = join(config.dataDir, 'server.json');
  await mkdir(config.dataDir, { recursive: true });
  await writeFile(`${note}.tmp`, JSON.stringify({ url, pid: process.pid }));
  await rename(`${note}.tmp`, note);
  log.info(
    {
      url,
      role: config.role,
      database: config.database.kind,
      queue: config.queue.kind,
      model: config.llm.kind,
    },
    'ready',
  );
  process.send?.({ ready: true, url });

  let stopping: Promise<void> | null = null;
  const stop = (why: string) => {
    stopping ??= (async () => {
      log.info({ why }, 'stopping');
      await app.stopTaking(stopGraceMs);
      await listening.close(stopGraceMs);
      await app.close();
      await rm(note, { force: true });
      log.info('stopped');
      log.flush();
      process.exitCode = 0;
      process.disconnect?.();
    })();
    stopping.catch(thrown => {
      log.error({ err: toError(thrown) }, 'stopping failed');
      process.exit(1);
    });
  };
  // Ctrl-C reaches every process of the terminal: with a parent, it is the parent who says when to stop.
  process.on('SIGINT', () => process.send || stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  // Started by the launcher: when it is gone, nobody is left to ask us to stop.
  process.on('disconnect', () => stop('parent gone'));
}

main().catch(thrown => {
  const error = toError(thrown);
  // What a person can mend is one sentence; a bug keeps its stack.
  process.stderr.write(`${error instanceof AppError ? error.message : error.stack}\n`);
  process.exit(1);
});
