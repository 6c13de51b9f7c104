import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { newTenantId } from '../kernel/index.ts';
import { openDiskFiles } from './disk-files.ts';
import { describeFiles } from './files.contract.ts';

describe('files on disk', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwise-files-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describeFiles('disk', async () => openDiskFiles(folder));

  it('are readable by their owner alone and leave no half-written ones behind', async () => {
    const tenantId = newTenantId();
    await openDiskFiles(folder).put(tenantId, 'mine', Buffer.from('x'));
    const names = await readdir(join(folder, tenantId), { recursive: true });
    const [file] = names.filter(name => name.endsWith('mine'));
    expect((await stat(join(folder, tenantId, file ?? ''))).mode & 0o777).to.equal(0o600);
    expect(names.filter(name => name.endsWith('.tmp'))).to.deep.equal([]);
  });
});
