import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A server under measurement: its own process, read from outside. */
export interface MeasuredProcess {
  url: string;
  /** From the start of the process until it said that it is ready. */
  readyMs: number;
  /** User and system time since the start, ms. */
  cpuMs(): number;
  rssMb(): number;
  /** The most it ever had. */
  peakMb(): number;
  close(): Promise<void>;
}

const ticksPerSecond = 100;

/** Starts a script that sends `{ ready: true, url }` over IPC when it answers. Linux only: reads /proc. */
export async function startMeasured(
  script: string,
  { env = {}, tsx = false }: { env?: Record<string, string>; tsx?: boolean } = {},
): Promise<MeasuredProcess> {
  const started = performance.now();
  const child: ChildProcess = fork(script, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    execArgv: tsx ? ['--import', 'tsx'] : [],
    stdio: ['ignore', process.env.BENCH_SHOW_LOG ? 'inherit' : 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.on('data', chunk => {
    words += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', message => {
      if (typeof message === 'object' && message !== null && 'url' in message) resolve(String(message.url));
    });
    child.once('exit', code => reject(new Error(`${script} ended with code ${code}: ${words}`)));
  });
  const readyMs = performance.now() - started;
  const status = (name: string) => {
    const line = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(
      new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'),
    );
    return Number(line?.[1] ?? 0) / 1024;
  };
  return {
    url,
    readyMs,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
    },
    rssMb: () => status('VmRSS'),
    peakMb: () => status('VmHWM'),
    async close() {
      child.removeAllListeners('exit');
      const gone = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(late);
    },
  };
}
