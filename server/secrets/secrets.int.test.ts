import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Db } from '../db/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { CannotUnseal, keysFrom, openKeys, readOrMakeSecret, seal, tenantSecrets, unseal } from './index.ts';

describe('sealed values', () => {
  const key = randomBytes(32);

  it('open where they belong, under their key, and are different each time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), plain => {
        const sealed = seal(key, plain, 'place');
        expect(unseal(key, sealed, 'place').equals(Buffer.from(plain))).to.equal(true);
        expect(sealed.equals(seal(key, plain, 'place'))).to.equal(false);
      }),
    );
  });

  it('open nowhere else, under no other key, and not with a single bit changed or a byte cut', () => {
    const sealed = seal(key, Buffer.from('secret'), 'kommo-access-token:a');
    expect(() => unseal(key, sealed, 'kommo-access-token:b')).to.throw(CannotUnseal);
    expect(() => unseal(key, sealed, 'kommo-refresh-token:a')).to.throw(CannotUnseal);
    expect(() => unseal(randomBytes(32), sealed, 'kommo-access-token:a')).to.throw(CannotUnseal);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(key, changed, 'kommo-access-token:a'), `bit ${bit}`).to.throw(CannotUnseal);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => unseal(key, sealed.subarray(0, length), 'kommo-access-token:a')).to.throw(CannotUnseal);
    }
  });
});

describe("a tenant's secrets", () => {
  let db: Db;
  before(async () => {
    db = await testDatabase();
  });

  it('open for their tenant, also in another process, and not when moved to another tenant or column', async () => {
    const keys = keysFrom(randomBytes(32));
    const [ours, theirs] = [await addTenant(db), await addTenant(db)];
    const secrets = tenantSecrets(keys);
    const sealed = await db.withTenant(ours, tx => secrets.seal(tx, ours, 'token', 'plain'));
    const elsewhere = tenantSecrets(keys);
    expect(await db.withTenant(ours, tx => elsewhere.unseal(tx, ours, 'token', sealed))).to.equal('plain');
    for (const [tenant, place] of [
      [theirs, 'token'],
      [ours, 'other'],
    ] as const) {
      expect(
        await db.withTenant(tenant, tx => secrets.unseal(tx, tenant, place, sealed)).catch(error => error),
      ).to.be.instanceOf(CannotUnseal);
    }
    await db.withTenant(theirs, tx => secrets.seal(tx, theirs, 'token', 'theirs'));
    const stolen = await db.withTenant(ours, tx => tx('tenant_keys').first('sealed_key'));
    await db.withTenant(theirs, tx => tx('tenant_keys').update({ sealed_key: stolen.sealed_key }));
    const fresh = tenantSecrets(keys);
    expect(
      await db.withTenant(theirs, tx => fresh.seal(tx, theirs, 'token', 'x')).catch(error => error),
      'a data key of another tenant',
    ).to.be.instanceOf(CannotUnseal);
    expect(
      await db
        .withTenant(ours, tx => tenantSecrets(keysFrom(randomBytes(32))).unseal(tx, ours, 'token', sealed))
        .catch(error => error),
    ).to.be.instanceOf(CannotUnseal);
  });

  it('do not rely on a data key whose transaction was rolled back', async () => {
    const secrets = tenantSecrets(keysFrom(randomBytes(32)));
    const tenantId = await addTenant(db);
    const lost = db.withTenant(tenantId, async tx => {
      await secrets.seal(tx, tenantId, 'token', 'x');
      throw new Error('midway');
    });
    await lost.catch(() => undefined);
    const sealed = await db.withTenant(tenantId, tx => secrets.seal(tx, tenantId, 'token', 'kept'));
    expect(await db.withTenant(tenantId, tx => secrets.unseal(tx, tenantId, 'token', sealed))).to.equal(
      'kept',
    );
  });
});

describe('the keyring', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwise-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is one file of its owner alone, the same for all who start at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => readOrMakeSecret(folder, 'keyring')));
    expect(new Set(made.map(secret => secret.toString('hex'))).size).to.equal(1);
    expect(made[0]).to.have.length(32);
    expect(await readdir(folder)).to.deep.equal(['keyring']);
    expect((await stat(join(folder, 'keyring'))).mode & 0o777).to.equal(0o600);
    const [first, second] = [
      await openKeys({ kind: 'keyring', dataDir: folder }),
      await openKeys({ kind: 'keyring', dataDir: folder }),
    ];
    expect(first.derive('a')).to.deep.equal(second.derive('a'));
    expect(first.derive('a')).not.to.deep.equal(first.derive('b'));
  });

  it('is never replaced by a new one when it cannot be read', async () => {
    await readOrMakeSecret(folder, 'keyring');
    if (process.getuid?.() === 0) return; // root may read anything
    await chmod(join(folder, 'keyring'), 0);
    expect(await readOrMakeSecret(folder, 'keyring').catch(error => error)).to.have.property(
      'code',
      'EACCES',
    );
  });
});
