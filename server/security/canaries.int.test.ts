import { expect } from 'chai';
import { tenantSecrets } from '../secrets/index.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const phone = '+351 912 555 0147';

describe('planted secrets', () => {
  let harness: SharedHarness;
  const seen: string[] = [];
  const secrets: Record<string, string> = {};

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    const [account] = harness.accounts;
    secrets['client secret'] = harness.clientSecret;
    secrets['operator key'] = harness.app.operatorKey;
    secrets['model key'] = 'sk-canary-model-key-7f3a';
    Object.assign(secrets, await tokensAtRest());
    const oneTime = await harness.oneTimeToken(account, 9100001);
    secrets['one-time token'] = oneTime;
    secrets['signature of the one-time token'] = oneTime.split('.')[2] ?? '';
    const headers = { origin: account.origin, 'content-type': 'application/json', 'x-auth-token': oneTime };
    const started = await fetch(`${harness.url}/v1/session`, { method: 'POST', headers, body: '{}' });
    await started.text();
    const session = await harness.session(account);
    secrets['session token'] = session.token;
    for (const step of [modelStep.reply('Fine [1].'), modelStep.serverError(), modelStep.cut(['Half'])]) {
      harness.model.script(step);
      seen.push(
        JSON.stringify(
          await harness.ask(session, 18834649, `Call ${phone} about the confidential-question-canary`),
        ),
      );
    }
    for (const path of [
      '/v1/leads/18834649/thread',
      '/v1/leads/18834649/suggestions',
      '/openapi.json',
      '/readyz',
      '/v1/nowhere',
    ]) {
      seen.push(await (await harness.fetch(session, path)).text());
    }
    seen.push(await (await harness.fetch(harness.app.operatorKey, '/metrics')).text());
    seen.push(await (await harness.fetch(harness.app.operatorKey, '/v1/operator/tenants')).text());
    await fetch(
      `${harness.url}/kommo/oauth/callback?code=install-code-canary-91&referer=${new URL(account.origin).host}`,
    );
    secrets['install code'] = 'install-code-canary-91';
  });

  /** The pair that the server holds for its first account, opened with its own keys. */
  async function tokensAtRest(): Promise<Record<string, string>> {
    const { token } = await harness.session(harness.accounts[0]);
    const { tid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const opener = tenantSecrets(harness.keys);
    return harness.app.db.withTenant(tid, async tx => {
      const row = await tx('kommo_grants').first();
      return {
        'access token': await opener.unseal(tx, tid, 'kommo-access-token', row.sealed_access_token),
        'refresh token': await opener.unseal(tx, tid, 'kommo-refresh-token', row.sealed_refresh_token),
      };
    });
  }

  function expectNone(where: string, text: string): void {
    for (const [what, secret] of Object.entries(secrets)) {
      expect(secret.length, what).to.be.greaterThan(10);
      expect(text.includes(secret), `${what} in ${where}`).to.equal(false);
    }
  }

  it('are in no answer', () => {
    expectNone('the answers', seen.join('\n').replaceAll(secrets['session token'] ?? '', ''));
  });

  it('are in no line of the log, and neither are questions, answers or phone numbers', () => {
    const log = harness.logs.join('\n');
    expect(log.length).to.be.greaterThan(500);
    expectNone('the log', log);
    for (const text of ['confidential-question-canary', phone, 'Fine [1]'])
      expect(log, text).not.to.contain(text);
  });

  it('are in no column of the database and no payload of a job', async () => {
    const dump = await dumpDatabase();
    expect(dump, 'the dump holds what was asked').to.contain('confidential-question-canary');
    expectNone('the database', dump);
  });

  it('are in no call of the model, which sees no phone number either', () => {
    const calls = JSON.stringify(harness.model.calls.map(call => call.body));
    expect(calls).to.contain('confidential-question-canary');
    expectNone('the calls of the model', calls);
    expect(calls).not.to.contain('912 555 0147');
  });

  /** Every row as text, the queue's schema too, with bytes as they are and not as hex. */
  async function dumpDatabase(): Promise<string> {
    const { db } = harness.app;
    const { rows } = await db.executeForQueue(
      `select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema in ('public', 'pgboss')`,
      [],
    );
    const routes = await db.withoutTenant(tx => tx('tenant_routes'));
    const parts: string[] = [JSON.stringify(routes)];
    for (const { schema, name } of rows as { schema: string; name: string }[]) {
      if (schema === 'pgboss') {
        parts.push(JSON.stringify((await db.executeForQueue(`select * from pgboss."${name}"`, [])).rows));
        continue;
      }
      if (name.startsWith('knex_')) continue;
      parts.push(printable(await db.withoutTenant(tx => tx(name))));
      for (const { tenant_id } of routes)
        parts.push(printable(await db.withTenant(tenant_id, tx => tx(name))));
    }
    return parts.join('\n');
  }
});

function printable(rows: unknown[]): string {
  return JSON.stringify(rows, (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
}
