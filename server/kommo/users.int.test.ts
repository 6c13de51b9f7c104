import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { createLogger, type TenantId } from '../kernel/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { kommoClient } from './client.ts';
import { KommoUnavailable } from './errors.ts';
import { unpaced } from './testing.ts';
import { isLimitedByStage, readUser, syncUsers } from './users.ts';

const unused = () => Promise.reject(new Error('not asked for here'));
const noGrants = { accessToken: unused, replaceAccessToken: unused, store: unused, forget: () => {} };
const user = (id: number) => ({ id, name: `User ${id}`, rights: { is_admin: false, is_active: true } });
const page = (users: object[], more = false) => ({
  _links: more ? { next: { href: 'https://acme.kommo.com/api/v4/users?page=2' } } : {},
  _embedded: { users },
});

describe('reading the users of an account', () => {
  let db: Db;
  let tenantId: TenantId;
  let syncs = 0;

  before(async function () {
    this.timeout(60_000);
    db = await testDatabase();
  });
  beforeEach(async () => {
    tenantId = await addTenant(db);
    await sync(page([user(1), user(2)]));
  });

  function sync(...pages: unknown[]): Promise<void> {
    const grants = { ...noGrants, accessToken: async () => 'token' };
    const fetcher = async () => {
      const page = pages.shift();
      return page === null ? new Response(null, { status: 204 }) : Response.json(page);
    };
    const client = kommoClient({
      grants,
      pacing: unpaced(fetcher),
      fetch: fetcher,
      log: createLogger('silent'),
    });
    syncs += 1;
    const syncedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, syncs));
    const clock = { now: () => syncedAt };
    return syncUsers({ db, client, clock }, { tenantId, origin: 'https://acme.kommo.com' }, 'sync');
  }
  async function active(): Promise<number[]> {
    const users = await Promise.all(
      [1, 2, 3].map(id => db.withTenant(tenantId, tx => readUser(tx, tenantId, id))),
    );
    return users.flatMap(found => (found?.isActive ? [found.userId] : []));
  }

  it('makes those inactive that are gone', async () => {
    await sync(page([user(2)], true), page([user(3)]));
    expect(await active()).to.deep.equal([2, 3]);
  });

  it('keeps their rights on stages, in whatever shape these come', async () => {
    const stage = { entity_type: 'leads', pipeline_id: 5, status_id: 142, rights: { view: 'M', edit: '?' } };
    const known = { pipelineId: 5, statusId: 142, view: 'M', edit: 'D' };
    const shapes: [given: unknown, kept: unknown[], limited: boolean][] = [
      [[stage], [known], true],
      [{ 0: stage, 4: { entity_type: 'odd' } }, [known, null], true],
      ['odd', [null], true],
      [null, [], false],
      [[], [], false],
    ];
    for (const [given, kept, limited] of shapes) {
      const { rights, ...one } = user(1);
      await sync(page([{ ...one, rights: { ...rights, status_rights: given } }]));
      const read = await db.withTenant(tenantId, tx => readUser(tx, tenantId, 1));
      expect(read?.rights.stages).to.deep.equal(kept);
      expect(read && isLimitedByStage(read), JSON.stringify(given)).to.equal(limited);
    }
  });

  it('takes an answer without any user for a failure, and locks nobody out', async () => {
    for (const nobody of [null, page([])]) {
      expect(await sync(nobody).catch(error => error)).to.be.instanceOf(KommoUnavailable);
      expect(await active()).to.deep.equal([1, 2]);
    }
  });
});
