import type { IncomingMessage } from 'node:http';
import type { Site, World } from './site.ts';

/** Requests that came to the account's own address: only there do its page's cookies count. */
export const atOwnAddress = new WeakSet<IncomingMessage>();

const apiPath = /^\/(api\/v4|oauth2|drive)(\/|$|\?)/;
const kommoHost = /^([a-z0-9-]+)\.(?:kommo\.com|amocrm\.com|amocrm\.ru)(?::\d+)?$/;

/**
 * The account that a request names instead of calling its own port: by the platform's host name
 * (`Host: northwind.kommo.com`) or by a path (`/accounts/northwind/api/v4/...`).
 *
 * Only for the API, whose every call carries a token. Never for page or control: with a name that a stranger may
 * resolve to this machine, a page of theirs would be of our origin.
 */
export function namedAccount(
  world: World,
  req: IncomingMessage,
): { site: Site | undefined; url: string } | undefined {
  const url = req.url ?? '/';
  const [, inPath, rest] = /^\/accounts\/([a-z0-9-]+)(\/.*)$/.exec(url) ?? [];
  if (inPath && rest && apiPath.test(rest)) return { site: find(world, inPath), url: rest };
  const [, inHost] = kommoHost.exec((req.headers.host ?? '').toLowerCase()) ?? [];
  if (inHost && apiPath.test(url)) return { site: find(world, inHost), url };
  return undefined;
}

function find(world: World, subdomain: string): Site | undefined {
  return world.sites.find(({ data }) => data.account.subdomain === subdomain);
}
