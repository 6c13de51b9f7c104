import { createHmac } from 'node:crypto';
import { disconnectChannels } from '../amojo/disconnect.ts';
import type { User } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import type { Integration } from '../state.ts';
import { issueCode, recordInstall, revokeAll } from './grants.ts';

const hookTimeoutMs = 3000;
const userAgent = 'amoService-oAuth-Code-Sender/1.0';

export interface Delivery {
  delivered: boolean;
  status: number | null;
}

/**
 * What pressing Install does.
 *
 * Kommo: the code goes to the redirect address from server to server, within 3 seconds, and is never sent again;
 * the integration counts as installed whatever was answered.
 */
export async function install(site: Site, integration: Integration, user: User): Promise<Delivery> {
  recordInstall(site, integration, user, () => nextId(site));
  const code = issueCode(site, integration, user);
  await site.store.flush();
  return deliver(integration.redirectUri, {
    code,
    referer: site.host(),
    client_id: integration.clientId,
    from_widget: '1',
    platform: '2',
  });
}

/** Kommo: all tokens die at once; the hook carries an HMAC over client id and account id. */
export async function uninstall(site: Site, integration: Integration): Promise<Delivery> {
  revokeAll(site, integration.clientId);
  disconnectChannels(site, integration.clientId);
  await site.store.flush();
  if (!integration.disableUrl) return { delivered: false, status: null };
  const accountId = String(site.data.account.id);
  return deliver(integration.disableUrl, {
    account_id: accountId,
    client_uuid: integration.clientId,
    signature: createHmac('sha256', integration.clientSecret)
      .update(`${integration.clientId}|${accountId}`)
      .digest('hex'),
  });
}

async function deliver(address: string, query: Record<string, string>): Promise<Delivery> {
  const url = new URL(address);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { 'user-agent': userAgent },
      signal: AbortSignal.timeout(hookTimeoutMs),
    });
    await answer.body?.cancel();
    return { delivered: true, status: answer.status };
  } catch {
    return { delivered: false, status: null };
  }
}
