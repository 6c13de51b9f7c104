import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { newId } from '../kernel/index.ts';
import { tenantDirectory } from '../tenants/index.ts';
import { addListedTenant, testDatabase } from '../testing/database.ts';
import { wasteSweep } from './waste.ts';

const hourMs = 60 * 60_000;

describe('the sweep of what nobody asks for again', () => {
  let db: Db;
  before(async function () {
    this.timeout(60_000);
    db = await testDatabase();
  });

  it('deletes ended installs, old sessions and old idempotency keys of every tenant, and nothing younger', async () => {
    const now = Date.now();
    const hoursAgo = (hours: number) => new Date(now - hours * hourMs);
    const install = (state: string, hours: number) => ({
      id: newId(),
      origin: 'https://acme.kommo.com',
      client_uuid: 'x',
      sealed_code: Buffer.alloc(0),
      state,
      created_at: hoursAgo(hours),
      expires_at: hoursAgo(hours),
    });
    const installs = [
      install('done', 7 * 24 + 1),
      install('failed', 7 * 24 + 1),
      install('done', 7 * 24 - 1),
      install('waiting', 7 * 24 + 1),
    ];
    await db.withoutTenant(tx => tx('pending_installs').insert(installs));
    const tenants = [await addListedTenant(db), await addListedTenant(db)];
    for (const tenant_id of tenants)
      await db.withTenant(tenant_id, async tx => {
        for (const hours of [25, 23, -1])
          await tx('sessions').insert({
            tenant_id,
            id: newId(),
            jti: `${hours}`,
            user_id: 1,
            origin: 'https://acme.kommo.com',
            token_expires_at: hoursAgo(hours),
          });
        for (const hours of [49, 47])
          await tx('idempotency_keys').insert({
            tenant_id,
            actor: 'rep:1',
            key: `${hours}`,
            route: 'test',
            request_hash: 'x',
            created_at: hoursAgo(hours),
          });
      });
    let at = now;
    const sweep = wasteSweep({ db, directory: tenantDirectory(db), clock: { now: () => new Date(at) } });
    const signal = new AbortController().signal;
    await sweep.run(signal);
    const ids = installs.map(({ id }) => id);
    const left = () =>
      db.withoutTenant(tx => tx('pending_installs').whereIn('id', ids).orderBy('id').pluck('id'));
    expect(await left()).to.deep.equal(ids.slice(2).sort());
    for (const tenantId of tenants)
      await db.withTenant(tenantId, async tx => {
        expect(await tx('sessions').pluck('jti')).to.have.members(['23', '-1']);
        expect(await tx('idempotency_keys').pluck('key')).to.deep.equal(['47']);
      });

    at = now + 2 * hourMs;
    await sweep.run(signal);
    expect(await left()).to.deep.equal([ids[3]]);
    await db.withoutTenant(tx => tx('pending_installs').whereIn('id', ids).delete());
  });
});
