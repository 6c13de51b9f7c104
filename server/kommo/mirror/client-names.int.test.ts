import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { addTenant, testDatabase } from '../../testing/database.ts';
import { clientNamesAmong } from './client-names.ts';

describe('names of clients', () => {
  it('are kept and found whatever their length and case, and only as a whole', async function () {
    this.timeout(60_000);
    const db = await testDatabase();
    const tenantId = await addTenant(db);
    // Beyond what a row of a B-tree takes, and nothing that could be packed into less.
    const long = `Å ${randomBytes(4_000).toString('base64')}`;
    const at = new Date();
    const found = await db.withTenant(tenantId, async tx => {
      for (const [id, name] of [`${long} Jr`, long, 'Ana Ruiz'].entries())
        await tx('mirror_records').insert({
          tenant_id: tenantId,
          kind: 'contacts',
          id: String(id),
          read_at: at,
          seen_at: at,
          body: JSON.stringify({ id, name }),
        });
      return clientNamesAmong(tx, tenantId, [long.toLowerCase(), 'ANA RUIZ', long.slice(0, 400)]);
    });
    expect(found).to.have.members([long, 'Ana Ruiz']);
  });
});
