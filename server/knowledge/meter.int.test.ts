import { expect } from 'chai';
import type { Embedder } from '../llm/index.ts';
import { saveMaskingTerms } from '../masking/index.ts';
import { modelMeter } from './meter.ts';
import { searchKnowledge } from './search.ts';
import { embedTenant } from './spaces/fill-spaces.ts';
import { unfinishedDocumentsSweep } from './sweep.ts';
import { addAndIndex, bench, never } from './testing.ts';

/** An embedding model that remembers what it was shown. */
function watched(vector = [1, 0]): { embedder: Embedder; shown: string[] } {
  const shown: string[] = [];
  const embed = async (texts: string[]) => {
    shown.push(...texts);
    return texts.map(() => vector);
  };
  return { embedder: { model: 'text-embedding-3-small', dimensions: 2, embed }, shown };
}

describe('what the embedding model is shown and costs', () => {
  it('is a question without phones, addresses and cards', async () => {
    const { embedder, shown } = watched();
    const on = await bench({ embedder });
    await addAndIndex(on, 'The warranty runs for two years.');
    const text = 'Call +34 612 345 678 or jane@example.com about card 4111 1111 1111 1111';
    await searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 3, signal: never });
    expect(shown.slice(1)).to.deep.equal(['Call [[phone-1]] or [[email-1]] about card [[card-1]]']);
  });

  it('is neither the name of a client nor a word of the dictionary, which documents hide from it too', async () => {
    const { embedder, shown } = watched();
    const asked: string[][] = [];
    const reranker = {
      model: 'judge',
      rank: async (question: string, texts: string[]) => {
        asked.push([question, ...texts]);
        return texts.map(() => 1);
      },
    };
    const on = await bench({ embedder, reranker });
    await on.db.withTenant(on.tenantId, async tx => {
      await tx('mirror_records').insert({
        tenant_id: on.tenantId,
        kind: 'contacts',
        id: 7,
        body: JSON.stringify({ id: 7, name: 'Jane Roe' }),
        read_at: new Date(),
        seen_at: new Date(),
      });
      const terms = { always: ['Falcon'], never: [] };
      await saveMaskingTerms(tx, on.tenantId, terms, { kind: 'system', id: null });
    });
    await addAndIndex(on, 'Project Falcon: the warranty runs for two years.');
    const text = 'What is the warranty of jane roe in project falcon?';
    await searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 3, signal: never });
    expect(shown).to.have.length(2);
    for (const seen of [...shown, ...asked.flat()]) expect(seen).not.to.match(/falcon|jane/i);
    expect(shown[1]).to.equal('What is the warranty of [[name-1]] in project [[term-1]]?');
    expect(asked).to.have.length(1);
    const entries = await on.db.withTenant(on.tenantId, tx => tx('usage_entries').orderBy('id'));
    expect(
      entries.map(({ purpose, state, cost_micros }) => [purpose, state, cost_micros]).at(-1),
    ).to.deep.equal(['rerank', 'settled', 2000]);
  });

  it('is counted for passages and questions alike', async () => {
    const { embedder } = watched();
    const on = await bench({ embedder });
    await addAndIndex(on, 'The warranty runs for two years.');
    await searchKnowledge(on.deps, on.tenantId, { text: 'warranty', locale: 'en', limit: 3, signal: never });
    const entries = await on.db.withTenant(on.tenantId, tx => tx('usage_entries').orderBy('id'));
    expect(entries.map(entry => [entry.purpose, entry.state])).to.deep.equal([
      ['embed-passages', 'settled'],
      ['embed-question', 'settled'],
    ]);
    expect(entries.every(entry => entry.cost_micros >= 1)).to.equal(true);
  });

  it('never exceeds the cap: the document is searchable by its words, and the model is not called', async () => {
    const { embedder, shown } = watched();
    const probe = await bench();
    const meter = modelMeter({
      db: probe.db,
      dayOf: async () => '2026-03-01',
      capMicros: 0,
    });
    const on = await bench({ embedder, meter });
    await addAndIndex(on, 'The warranty runs for two years.');
    const question = { text: 'How long is the warranty?', locale: 'en', limit: 3, signal: never };
    const [found] = await searchKnowledge(on.deps, on.tenantId, question);
    expect(found?.body).to.contain('two years');
    expect(shown).to.deep.equal([]);
  });

  it('is not paid for again and again when filling a space fails', async () => {
    const { embedder } = watched();
    const on = await bench({
      embedder: { ...embedder, embed: async () => Promise.reject(new Error('no vectors')) },
    });
    await addAndIndex(on, 'The warranty runs for two years.');
    const sweep = unfinishedDocumentsSweep({
      ...on.deps,
      listTenants: async () => [on.tenantId],
      soleProcess: false,
    });
    await sweep.run(never);
    const asked = () => on.jobs.filter(job => job.name === 'knowledge.embed-passages').length;
    expect(asked()).to.equal(1);
    await embedTenant(on.deps, on.tenantId, never).catch(() => undefined);
    await sweep.run(never);
    expect(asked()).to.equal(1);
  });
});
