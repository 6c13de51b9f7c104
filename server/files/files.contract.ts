import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { newTenantId } from '../kernel/index.ts';
import type { Files } from './files.ts';

/** What every place for originals keeps. */
export function describeFiles(name: string, open: () => Promise<Files>): void {
  describe(`the files port on ${name}`, () => {
    let files: Files;
    const ours = newTenantId();
    const theirs = newTenantId();
    before(async () => {
      files = await open();
    });

    it('gives back the bytes it was given, and null for what it never got', async () => {
      const bytes = randomBytes(300_000);
      await files.put(ours, 'a-1', bytes);
      expect(Buffer.from((await files.get(ours, 'a-1')) ?? []).equals(bytes)).to.equal(true);
      expect(await files.get(ours, 'a-2')).to.equal(null);
    });

    it("answers another tenant's key as a missing one", async () => {
      await files.put(ours, 'secret', Buffer.from('ours'));
      expect(await files.get(theirs, 'secret')).to.equal(null);
      await files.remove(theirs, 'secret');
      expect(await files.get(ours, 'secret')).not.to.equal(null);
    });

    it('replaces a file whole: a reader sees one version or the other, never a part', async () => {
      const versions = [Buffer.alloc(200_000, 'a'), Buffer.alloc(150_000, 'b')];
      await files.put(ours, 'shared', versions[0] ?? Buffer.of());
      const writes = Promise.all(
        Array.from({ length: 10 }, (_, turn) => files.put(ours, 'shared', versions[turn % 2] ?? Buffer.of())),
      );
      for (let read = 0; read < 30; read += 1) {
        const seen = Buffer.from((await files.get(ours, 'shared')) ?? []);
        expect(
          versions.some(version => version.equals(seen)),
          `${seen.length} bytes`,
        ).to.equal(true);
      }
      await writes;
    });

    it("lists a tenant's files with their ages, and no other's", async () => {
      const tenantId = newTenantId();
      expect(await files.list(tenantId)).to.deep.equal([]);
      await files.put(tenantId, 'one', Buffer.from('1'));
      await files.put(tenantId, 'two-2', Buffer.from('2'));
      const found = await files.list(tenantId);
      expect(found.map(({ key }) => key).sort()).to.deep.equal(['one', 'two-2']);
      for (const { modifiedAt } of found)
        expect(Math.abs(Date.now() - modifiedAt.getTime())).to.be.lessThan(60_000);
    });

    it('removes a file, and what is not there', async () => {
      await files.put(ours, 'gone', Buffer.from('x'));
      await files.remove(ours, 'gone');
      await files.remove(ours, 'gone');
      expect(await files.get(ours, 'gone')).to.equal(null);
    });

    it('takes no key that could mean another place', async () => {
      for (const key of [
        '../a',
        '..',
        '.',
        '',
        '/etc/passwd',
        'a/b',
        'a\\b',
        'a\u0000b',
        'A',
        'ä',
        ' a',
        '-a',
        'a.md',
        'x'.repeat(101),
      ]) {
        for (const use of [
          () => files.put(ours, key, Buffer.of(1)),
          () => files.get(ours, key),
          () => files.remove(ours, key),
        ]) {
          expect(await use().catch(error => error), JSON.stringify(key)).to.be.instanceOf(TypeError);
        }
      }
    });
  });
}
