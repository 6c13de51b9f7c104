import express, { Router } from 'express';
import { document, escapeHtml, scriptJson } from '../page/html.ts';
import type { User } from '../records.ts';
import { formToken, sessionOf, sessionOrSignIn } from '../sessions.ts';
import { integrationOf, nextId, type Site } from '../site.ts';
import type { Integration } from '../state.ts';
import { issueCode, recordInstall } from './grants.ts';

const scopeWords: Record<string, string> = {
  crm: 'Read and change leads, contacts, companies, tasks and notes',
  notifications: 'Send notifications',
  files: 'Read files',
  files_delete: 'Delete files',
};

/** The page on which a user lets an integration into the account. */
export function authorizeRoutes(site: Site): Router {
  const router = Router();

  router.get('/oauth', (req, res) => {
    const { user, id } = sessionOrSignIn(site, req, res);
    const integration = integrationOf(site, String(req.query['client_id'] ?? ''));
    res.set('X-Frame-Options', 'DENY').set('Referrer-Policy', 'no-referrer');
    if (!integration) {
      res.status(404).send(page(user, 'Unknown integration', '<p>No integration has this id.</p>'));
      return;
    }
    if (!mayGrant(site, integration, user)) {
      const text = `<p>${escapeHtml(integration.name)} is not installed yet. Only an administrator of the account can install it.</p>`;
      res.status(403).send(page(user, 'Ask an administrator', text));
      return;
    }
    const hidden = {
      client_id: integration.clientId,
      state: String(req.query['state'] ?? ''),
      mode: String(req.query['mode'] ?? ''),
      form_token: formToken(site, id, integration.clientId),
    };
    res.send(page(user, `Allow ${integration.name}?`, consent(site, integration, hidden)));
  });

  router.post('/oauth', express.urlencoded(), async (req, res) => {
    const body = (req.body ?? {}) as Record<string, unknown>;
    const session = sessionOf(site, req);
    const integration = integrationOf(site, String(body['client_id'] ?? ''));
    const proven = session && body['form_token'] === formToken(site, session.id, integration?.clientId ?? '');
    if (!session || !integration || !proven || !mayGrant(site, integration, session.user)) {
      res.status(403).send(page(session?.user, 'Not allowed', '<p>Open the page again and retry.</p>'));
      return;
    }
    const url = new URL(integration.redirectUri);
    if (body['decision'] === 'allow') {
      recordInstall(site, integration, session.user, () => nextId(site));
      url.searchParams.set('code', issueCode(site, integration, session.user));
      url.searchParams.set('referer', site.host());
      url.searchParams.set('platform', '2');
      await site.store.flush();
    } else {
      url.searchParams.set('error', 'access_denied');
    }
    url.searchParams.set('state', String(body['state'] ?? ''));
    url.searchParams.set('client_id', integration.clientId);
    if (body['mode'] === 'popup') res.send(handBack(session.user, url.href));
    else res.redirect(303, url.href);
  });
  return router;
}

/** Kommo: an administrator installs; anybody may authorise what is installed. */
function mayGrant(site: Site, integration: Integration, user: User): boolean {
  return user.rights.is_admin || site.data.installs.some(({ clientId }) => clientId === integration.clientId);
}

/** Kommo: in mode `popup` the window that opened the pop-up is the one redirected. */
function handBack(user: User, href: string): string {
  const script = `var u=${scriptJson(href)};if(window.opener){window.opener.location=u;window.close()}else{location.replace(u)}`;
  return page(user, 'Done', `<p>You may close this window.</p><script>${script}</script>`);
}

function consent(site: Site, integration: Integration, hidden: Record<string, string>): string {
  const scopes = integration.scopes
    .map(scope => `<li>${escapeHtml(scopeWords[scope] ?? scope)}</li>`)
    .join('');
  const inputs = Object.entries(hidden)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('');
  return `<p>${escapeHtml(integration.name)} asks for access to <b>${escapeHtml(site.data.account.name)}</b>:</p>
<ul class="consent__scopes">${scopes}</ul>
<form method="post" action="/oauth">${inputs}
<button class="button button_main" name="decision" value="allow">Allow</button>
<button class="button" name="decision" value="decline">Decline</button>
</form>`;
}

function page(user: User | undefined, title: string, body: string): string {
  const signedIn = user ? `<footer>Signed in as ${escapeHtml(user.name)}</footer>` : '';
  return document({
    title,
    lang: 'en',
    body: `<main class="consent"><h1>${escapeHtml(title)}</h1>${body}${signedIn}</main>`,
  });
}
