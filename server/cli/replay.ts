import { z } from 'zod';
import { type Replayed, replay, Trace } from '../agents/index.ts';
import type { Llm } from '../llm/index.ts';
import { findServer } from './knowledge.ts';
import type { ServerAddress } from './knowledge-client.ts';

export interface ReplayCli {
  argv: string[];
  dataDir: string;
  write(text: string): void;
  /** Starts a server for the length of the command where none runs. */
  startTemporaryServer(): Promise<ServerAddress & { close(): Promise<void> }>;
  /** The configured model, for --model; null where none is set. */
  openModel(): Llm | null;
}

const usage = `Makes a recorded run again: the same question, sources and tools, every tool call answered from the record.
Nothing is read from Kommo, proposed or written.

  npm run replay -- <run>           the recorded model speaks: do today's tools still take what was called?
  npm run replay -- <run> --model   the configured model is asked: what would it say and call? (costs what a run costs)
  npm run replay -- <run> --json    the trace itself, for other tools

Ends with code 1 where the calls or the words differ.
`;
const Tenants = z.object({ tenants: z.array(z.object({ accountId: z.number() })) });
const Token = z.object({ token: z.string() });
const Kept = z.object({ trace: Trace, decisions: z.array(z.unknown()) });

/** Runs the command and answers the exit code of the process. */
export async function runReplay({
  argv,
  dataDir,
  write,
  startTemporaryServer,
  openModel,
}: ReplayCli): Promise<number> {
  const [runId, ...flags] = argv;
  const known = new Set(['--model', '--json']);
  if (!runId || runId.startsWith('-') || flags.some(flag => !known.has(flag))) {
    write(usage);
    return runId === '--help' ? 0 : 2;
  }
  const model = flags.includes('--model') ? openModel() : null;
  if (flags.includes('--model') && model === null) {
    write('No model is set: OPENAI_API_KEY=… npm run replay -- <run> --model\n');
    return 2;
  }
  const running = await findServer(dataDir);
  const own = running === null ? await startTemporaryServer() : null;
  const server = running ?? own;
  if (server === null) throw new Error('There is no server to ask.');
  try {
    const found = await findTrace(server, runId);
    if (typeof found === 'string') {
      write(`${found}\n`);
      return 1;
    }
    if (flags.includes('--json')) {
      write(`${JSON.stringify(found, null, 2)}\n`);
      return 0;
    }
    const replayed = await replay(found.trace, model, AbortSignal.timeout(5 * 60_000));
    write(report(found.trace, replayed));
    return replayed.same ? 0 : 1;
  } finally {
    await own?.close();
  }
}

/** Which account's run it is only the accounts know. */
async function findTrace(
  { url, operatorKey }: ServerAddress,
  runId: string,
): Promise<z.output<typeof Kept> | string> {
  const call = async (key: string, method: string, path: string) =>
    fetch(new URL(path, url), { method, headers: { authorization: `Bearer ${key}` } });
  const { tenants } = Tenants.parse(await (await call(operatorKey, 'GET', '/v1/operator/tenants')).json());
  for (const accountId of new Set(tenants.map(tenant => tenant.accountId))) {
    const issued = await call(operatorKey, 'POST', `/v1/operator/tenants/${accountId}/tokens`);
    if (!issued.ok) continue;
    const { token } = Token.parse(await issued.json());
    const answer = await call(token, 'GET', `/v1/runs/${encodeURIComponent(runId)}/trace`);
    if (answer.ok) return Kept.parse(await answer.json());
    if (answer.status === 410) return 'What this run was made of has been erased.';
    if (answer.status === 422 || answer.status === 400) return `"${runId}" is not the id of a run.`;
    if (answer.status !== 404) return `The server answered ${answer.status}.`;
  }
  return `No account has kept a run "${runId}": private threads, commands and runs beyond TRACE_DAYS leave none.`;
}

const signs = { same: ' ', new: '+', missing: '-', 'refused-now': '!' } as const;

function report(trace: Trace, { text, calls, same }: Replayed): string {
  const lines = calls.map(({ name, arguments: given, outcome }) => `${signs[outcome]} ${name} ${given}`);
  return [
    `Run ${trace.runId}, ${trace.startedAt}, prompt ${trace.promptDigest.slice(0, 12)}`,
    ...lines,
    '',
    text,
    '',
    same
      ? 'The same calls and the same words.'
      : 'NOT the same: + new, - missing, ! refused by the tools of today.',
    '',
  ].join('\n');
}
