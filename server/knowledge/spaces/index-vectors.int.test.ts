import { expect } from 'chai';
import type { Db } from '../../db/index.ts';
import { hashVector } from '../../testing/model-server.ts';
import { searchVectors } from '../search-vectors.ts';
import { addAndIndex, bench } from '../testing.ts';
import { dropOrphanedGraphs, graphOf } from './drop-orphans.ts';
import { indexVectors } from './index-vectors.ts';
import { openSpaces } from './space.ts';

const dimensions = 64;
const embedder = {
  model: 'hash',
  dimensions,
  embed: async (texts: string[]) => texts.map(text => hashVector(text, dimensions)),
};
const parts = (name: string, count: number) =>
  Array.from(
    { length: count },
    (_, n) => `# ${name} ${n}\n\n${name} number ${n} weighs ${n * 7} grams. ${'It is kept dry. '.repeat(30)}`,
  ).join('\n\n');

async function graphs(db: Db): Promise<string[]> {
  const { rows } = await db.withoutTenant(tx =>
    tx.raw(
      `select indexname from pg_indexes where tablename = 'passage_embeddings' and indexdef like '%hnsw%'`,
    ),
  );
  return rows.map((row: { indexname: string }) => row.indexname);
}

describe('the graph of a large space', function () {
  this.timeout(120_000);

  it('answers as looking at every vector does, also within few documents and beside a tenant that is larger', async () => {
    const large = await bench({ embedder });
    const small = await bench({ embedder });
    await addAndIndex(large, parts('Part', 200));
    const rare = await addAndIndex(large, parts('Rarity', 12), 'text/markdown', 'Rarities');
    await addAndIndex(small, parts('Part', 20));
    const search = async (on: typeof large, documentIds: string[] | null, indexed?: boolean) =>
      on.db.withTenant(on.tenantId, async tx => {
        const { serving } = await openSpaces(tx, on.tenantId);
        if (serving === null) throw new Error('No space serves.');
        const space = { ...serving, ...(indexed === undefined ? {} : { indexed }) };
        const vector = hashVector('How much does it weigh?', dimensions);
        const hits = await searchVectors(
          tx,
          on.tenantId,
          { vector, space },
          { documentIds, languages: null, limit: 5 },
        );
        return { indexed: space.indexed, hits };
      });
    const built = await indexVectors(large.deps, large.tenantId, 100);
    expect(built).to.equal(large.db.asOwner === null ? 0 : 1);
    for (const [on, documentIds] of [
      [large, null],
      [large, [rare]],
      [small, null],
    ] as const) {
      const within = documentIds && [...documentIds];
      const { indexed, hits } = await search(on, within);
      expect(indexed).to.equal(on === large && on.db.asOwner !== null);
      expect(hits).to.have.length(5);
      const exact = (await search(on, within, false)).hits;
      const place = ({ versionId, ordinal }: { versionId: string; ordinal: number }) =>
        `${versionId} ${ordinal}`;
      expect(hits.map(place)).to.deep.equal(exact.map(place));
      for (const [n, { support }] of hits.entries())
        expect(support).to.be.closeTo(exact[n]?.support ?? 0, 0.001);
    }
    expect(await indexVectors(large.deps, large.tenantId, 100), 'nothing is left to do').to.equal(0);
    await large.db.withTenant(large.tenantId, tx =>
      tx('embedding_spaces').where({ tenant_id: large.tenantId }).update({ state: 'retired' }),
    );
    await indexVectors(large.deps, large.tenantId, 100);
    expect(await graphs(large.db)).to.deep.equal([]);
  });

  it('goes with the space, and no other with it', async () => {
    const [erased, staying] = [await bench({ embedder }), await bench({ embedder })];
    const spaces: string[] = [];
    for (const on of [erased, staying]) {
      await addAndIndex(on, parts('Part', 12));
      await indexVectors(on.deps, on.tenantId, 10);
      const { serving } = await on.db.withTenant(on.tenantId, tx => openSpaces(tx, on.tenantId));
      spaces.push(serving?.id ?? '');
    }
    await erased.db.withTenant(erased.tenantId, async tx => {
      await tx('passage_embeddings').where({ tenant_id: erased.tenantId }).delete();
      await tx('embedding_spaces').where({ tenant_id: erased.tenantId }).delete();
    });
    const dropped = await dropOrphanedGraphs(erased.deps, async () => [erased.tenantId, staying.tenantId]);
    const isKept = erased.db.asOwner !== null;
    expect(dropped).to.equal(isKept ? 1 : 0);
    expect(await graphs(erased.db)).to.deep.equal(isKept ? [graphOf(spaces[1] ?? '')] : []);
    await staying.db.withTenant(staying.tenantId, tx =>
      tx('embedding_spaces').where({ tenant_id: staying.tenantId }).update({ state: 'retired' }),
    );
    await indexVectors(staying.deps, staying.tenantId, 10);
  });
});
