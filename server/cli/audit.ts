import { z } from 'zod';
import { findServer } from './knowledge.ts';
import type { ServerAddress } from './knowledge-client.ts';

export interface AuditCli {
  argv: string[];
  dataDir: string;
  write(text: string): void;
  /** Starts a server for the length of the command where none runs. */
  startTemporaryServer(): Promise<ServerAddress & { close(): Promise<void> }>;
}

const usage = `Checks that the audit log is whole: every line hashes to what the next one was chained to.

  npm run audit -- verify [account]   all accounts, or the one with this id or subdomain

Ends with code 1, naming the first line that does not hold, if one was changed, taken out or cut off.
`;
const Tenants = z.object({
  tenants: z.array(z.object({ accountId: z.number(), subdomain: z.string(), name: z.string() })),
});
const Token = z.object({ token: z.string() });
const Verdict = z.object({
  ok: z.boolean(),
  checked: z.number(),
  broken: z.object({ seq: z.number(), reason: z.string() }).nullable(),
});

/** Runs the command and answers the exit code of the process. */
export async function runAudit({ argv, dataDir, write, startTemporaryServer }: AuditCli): Promise<number> {
  const [verb, wanted] = argv;
  if (verb !== 'verify' || argv.length > 2) {
    write(usage);
    return verb === '--help' ? 0 : 2;
  }
  const running = await findServer(dataDir);
  const own = running === null ? await startTemporaryServer() : null;
  const server = running ?? own;
  if (server === null) throw new Error('There is no server to ask.');
  try {
    return await verifyAll(server, wanted ?? null, write);
  } finally {
    await own?.close();
  }
}

async function verifyAll(
  { url, operatorKey }: ServerAddress,
  wanted: string | null,
  write: (text: string) => void,
): Promise<number> {
  const call = async (key: string, method: string, path: string): Promise<unknown> => {
    const answer = await fetch(new URL(path, url), { method, headers: { authorization: `Bearer ${key}` } });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`The server answered ${answer.status} to ${path}.`);
    return answer.json();
  };
  const { tenants } = Tenants.parse(await call(operatorKey, 'GET', '/v1/operator/tenants'));
  const chosen = tenants.filter(
    one => wanted === null || wanted === one.subdomain || wanted === String(one.accountId),
  );
  if (chosen.length === 0) {
    write(
      wanted === null ? 'No account has installed the widget yet.\n' : `There is no account "${wanted}".\n`,
    );
    return wanted === null ? 0 : 1;
  }
  let whole = true;
  // One that was connected through two integrations is listed twice.
  for (const { accountId, subdomain } of new Map(chosen.map(one => [one.accountId, one])).values()) {
    const issued = await call(operatorKey, 'POST', `/v1/operator/tenants/${accountId}/tokens`);
    if (issued === null) {
      write(`${subdomain}: not asked, because this account is not connected at present.\n`);
      continue;
    }
    const { token } = Token.parse(issued);
    const { ok, checked, broken } = Verdict.parse(await call(token, 'GET', '/v1/audit/verify'));
    whole &&= ok;
    write(
      broken === null
        ? `${subdomain}: whole, ${checked} lines.\n`
        : `${subdomain}: BROKEN at line ${broken.seq} (${broken.reason}); ${checked} lines before it hold.\n`,
    );
  }
  return whole ? 0 : 1;
}
