import { z } from 'zod';

const Tenants = z.object({
  tenants: z.array(
    z.object({ accountId: z.number(), subdomain: z.string(), name: z.string(), state: z.string() }),
  ),
});
const Token = z.object({ token: z.string() });
const Problem = z.object({ detail: z.string(), code: z.string() });

/** The server said no, and why. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface ServerAddress {
  url: string;
  operatorKey: string;
}

/** Calls of one account's administrator. */
export interface AccountCalls {
  account: string;
  call(method: string, path: string, body?: FormData | string): Promise<unknown>;
}

/**
 * Speaks for one account of a running server: asks for a token with the operator's key and renews it.
 *
 * @throws Refused where the server has no such account or does not take the key
 */
export async function openAccount(
  { url, operatorKey }: ServerAddress,
  wanted: string | null,
  fetcher: typeof fetch = fetch,
): Promise<AccountCalls> {
  const call = async (
    key: string,
    method: string,
    path: string,
    body?: FormData | string,
  ): Promise<unknown> => {
    const response = await fetcher(new URL(path, url), {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body } : {}),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? null : JSON.parse(text);
    throw refusal(response.status, text);
  };
  const { tenants } = Tenants.parse(await call(operatorKey, 'GET', '/v1/operator/tenants'));
  const tenant = tenants.find(({ accountId, subdomain }) =>
    wanted === null ? true : String(accountId) === wanted || subdomain === wanted,
  );
  if (!tenant) {
    const known = tenants.map(({ subdomain, accountId }) => `${subdomain} (${accountId})`).join(', ');
    throw new Refused(
      'no-account',
      tenants.length === 0
        ? 'No account has installed the widget yet, so there is no knowledge to feed. Install it first.'
        : `There is no account "${wanted}". Known accounts: ${known}.`,
    );
  }
  const askForToken = async () =>
    Token.parse(await call(operatorKey, 'POST', `/v1/operator/tenants/${tenant.accountId}/tokens`)).token;
  let token = await askForToken();
  const asAdmin = async (method: string, path: string, body?: FormData | string): Promise<unknown> => {
    try {
      return await call(token, method, path, body);
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.code !== 'unauthenticated') throw thrown;
      token = await askForToken();
      return call(token, method, path, body);
    }
  };
  return { account: `${tenant.name} (${tenant.subdomain})`, call: asAdmin };
}

function refusal(status: number, text: string): Refused {
  try {
    const { code, detail } = Problem.parse(JSON.parse(text));
    // Any reason for a token not to hold is mended the same way.
    return new Refused(status === 401 ? 'unauthenticated' : code, detail);
  } catch {
    return new Refused('unknown', `The server answered ${status}.`);
  }
}
