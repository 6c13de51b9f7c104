import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { createLogger, type TenantId } from '../kernel/index.ts';
import { keysFrom, tenantSecrets } from '../secrets/index.ts';
import { tenantDirectory } from '../tenants/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { KommoUnavailable, ReconnectNeeded } from './errors.ts';
import { openGrants } from './grants.ts';
import { disconnect } from './uninstall.ts';

const log = createLogger('silent');
const clock = { now: () => new Date() };
const pair = (name: string, expiresInSeconds = 86_400) => ({
  accessToken: `${name} access`,
  refreshToken: `${name} refresh`,
  expiresInSeconds,
});

describe('refreshing a grant while something else changes it', () => {
  let db: Db;
  let tenantId: TenantId;

  before(async function () {
    this.timeout(60_000);
    db = await testDatabase();
  });
  beforeEach(async () => {
    tenantId = await addTenant(db);
  });

  const refused = () => Response.json({ hint: 'Invalid refresh token' }, { status: 400 });
  const renewed = () =>
    Response.json({ access_token: 'slow access', refresh_token: 'slow refresh', expires_in: 86_400 });

  /** Grants whose every refresh is answered so; `meanwhile` happens before the answer arrives. */
  function open(answer: () => Response, meanwhile: (given: ReturnType<typeof parts>) => Promise<void>) {
    const secrets = tenantSecrets(keysFrom(Buffer.alloc(32, 9)));
    const integration = {
      clientId: 'id',
      clientSecret: 's'.repeat(64),
      redirectUri: 'https://us.example/',
    };
    const integrations = { get: async () => integration };
    const given = parts(async () => {
      await meanwhile(given);
      return answer();
    });
    return given;

    function parts(fetcher: typeof fetch) {
      const grants = openGrants({ db, secrets, integrations, fetch: fetcher, clock, log });
      const keep = (tokens: ReturnType<typeof pair>) =>
        db.withTenant(tenantId, tx => grants.store(tx, tenantId, tokens));
      const leave = () =>
        disconnect({ db, directory: tenantDirectory(db), grants, clock }, { tenantId, accountId: 1 });
      return { grants, keep, leave };
    }
  }
  const outcome = (work: Promise<string>) => work.catch((error: unknown) => error);
  const state = () => db.withTenant(tenantId, async tx => (await tx('tenants').first()).state);
  const grant = () => db.withTenant(tenantId, tx => tx('kommo_grants').first());

  it('goes on with a pair that another process stored, though Kommo refuses the old one', async () => {
    const { grants, keep } = open(refused, async () => keep(pair('other')));
    await keep(pair('old', 1));
    expect(await grants.accessToken(tenantId)).to.equal('other access');
    expect(await state()).to.equal('ready');
  });

  it('gives up on a refusal of the pair that is still the stored one, and tells of it once', async () => {
    const { grants, keep } = open(refused, async () => {});
    await keep(pair('old', 1));
    for (let time = 0; time < 2; time += 1)
      expect(await outcome(grants.accessToken(tenantId))).to.be.instanceOf(ReconnectNeeded);
    expect(await state()).to.equal('reconnect-needed');
    const lost = await db.withTenant(tenantId, tx => tx('audit_events').where({ event: 'kommo.grant-lost' }));
    expect(lost).to.have.length(1);
  });

  it('does not overwrite a newer pair when its own answer comes late', async () => {
    const { grants, keep } = open(renewed, async () => keep(pair('newer')));
    await keep(pair('old', 1));
    expect(await grants.accessToken(tenantId)).to.equal('newer access');
    const fresh = open(renewed, async () => {});
    expect(await fresh.grants.accessToken(tenantId), 'what is stored').to.equal('newer access');
  });

  it('brings no grant back that an uninstall dropped', async () => {
    const { grants, keep, leave } = open(renewed, async () => leave());
    await keep(pair('old', 1));
    expect(await outcome(grants.accessToken(tenantId))).to.be.instanceOf(ReconnectNeeded);
    expect(await grant()).to.equal(undefined);
    expect(await state()).to.equal('uninstalled');
    expect(await outcome(grants.accessToken(tenantId)), 'nothing is remembered').to.be.instanceOf(
      ReconnectNeeded,
    );
  });

  it('leaves the grant of a reinstall alone, though both are the first of their install', async () => {
    const { grants, keep, leave } = open(renewed, async () => {
      await leave();
      await db.withTenant(tenantId, tx => tx('tenants').update({ state: 'ready' }));
      await keep(pair('reinstalled'));
    });
    await keep(pair('old', 1));
    expect(await grants.accessToken(tenantId)).to.equal('reinstalled access');
  });

  it('keeps account and pair when something in between answers instead of Kommo', async () => {
    for (const answer of [
      () => new Response('<html>Your address is blocked</html>', { status: 403 }),
      () => new Response('<html>Bad request</html>', { status: 400 }),
      () => Response.json({ detail: 'not found' }, { status: 404 }),
    ]) {
      const { grants, keep } = open(answer, async () => {});
      await keep(pair('old', 1));
      const before = await grant();
      expect(await outcome(grants.accessToken(tenantId))).to.be.instanceOf(KommoUnavailable);
      expect(await state()).to.equal('ready');
      expect(await grant()).to.deep.equal(before);
    }
  });
});
