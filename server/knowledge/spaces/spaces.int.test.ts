import { expect } from 'chai';
import { type Embedder, ModelUnavailable } from '../../llm/index.ts';
import { hashVector } from '../../testing/model-server.ts';
import { searchKnowledge } from '../search.ts';
import { addAndIndex, type Bench, bench, never, system } from '../testing.ts';
import { estimateSpace } from './estimate.ts';
import { embedTenant } from './fill-spaces.ts';
import { cancelSpace, requestSpace } from './request-space.ts';
import { openSpaces, selectSpaces } from './space.ts';

interface Watched extends Embedder {
  /** The texts of every call. */
  calls: string[][];
  /** Before a call is answered. */
  answering(call: number): Promise<void> | void;
}

function watched(model: string, dimensions: number): Watched {
  const embedder: Watched = {
    model,
    dimensions,
    calls: [],
    answering: () => {},
    async embed(texts) {
      embedder.calls.push(texts);
      await embedder.answering(embedder.calls.length);
      return texts.map(text => hashVector(text, dimensions));
    },
  };
  return embedder;
}

/** 150 passages that say different things, in three batches. */
const manual = Array.from(
  { length: 150 },
  (_, n) => `# Part ${n}\n\nPart number ${n} weighs ${n * 7} grams. ${'It is kept dry. '.repeat(30)}`,
).join('\n\n');

const unpriced = { costMicrosMax: 1_000_000_000 };
const newKind = { model: 'new', dimensions: 2048, precision: 'half' } as const;

/** A tenant whose document has vectors of the model `old`, and a second model to change to. */
async function changing(): Promise<{ on: Bench; old: Watched; young: Watched }> {
  const old = watched('old', 8);
  const young = watched('new', 2048);
  const on = await bench({
    embedder: old,
    openEmbedder: (model, dimensions) => (model === 'new' && dimensions === 2048 ? young : null),
  });
  await addAndIndex(on, manual);
  return { on, old, young };
}

const open = ({ db, tenantId }: Bench) => db.withTenant(tenantId, tx => openSpaces(tx, tenantId));
const ask = (on: Bench, text: string) =>
  searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 3, signal: never });
const passageOf = (texts: string[][]) => texts[0]?.[0] ?? '';

describe('changing the embedding model', function () {
  this.timeout(120_000);

  it('lets the old space answer until the new one is whole, then the new one, and embeds every text once', async () => {
    const { on, old, young } = await changing();
    const text = passageOf(old.calls);
    old.calls.length = 0;
    await requestSpace(on.deps, on.tenantId, { ...newKind, ...unpriced }, system);
    young.answering = async () => {
      expect((await open(on)).serving?.model).to.equal('old');
      await ask(on, text);
    };
    expect(await embedTenant(on.deps, on.tenantId, never)).to.equal('done');
    const asked = young.calls.length;
    expect(old.calls, 'questions went to the old model').to.have.length(asked);
    const embedded = young.calls.flat();
    expect(embedded.length).to.be.greaterThan(128);
    expect(new Set(embedded).size).to.equal(embedded.length);
    young.answering = () => {};
    expect(await open(on)).to.have.nested.include({ 'serving.model': 'new', building: null });
    const [found] = await ask(on, text);
    expect(young.calls).to.have.length(asked + 1);
    expect(text).to.contain(found?.body);
    expect(await embedTenant(on.deps, on.tenantId, never)).to.equal('done');
    expect(young.calls, 'nothing is left to embed').to.have.length(asked + 1);
  });

  it('goes on after a kill with the batch that was in flight', async () => {
    const { on, young } = await changing();
    await requestSpace(on.deps, on.tenantId, { ...newKind, ...unpriced }, system);
    const killed = new AbortController();
    young.answering = call => {
      if (call === 2) killed.abort();
      killed.signal.throwIfAborted();
    };
    await embedTenant(on.deps, on.tenantId, killed.signal).catch(() => {});
    expect((await open(on)).building).to.include({ model: 'new', failureCode: null });
    young.answering = () => {};
    const inFlight = young.calls.at(-1);
    young.calls.splice(1);
    await embedTenant(on.deps, on.tenantId, never);
    expect(young.calls[1]).to.deep.equal(inFlight);
    const embedded = young.calls.flat();
    expect(new Set(embedded).size).to.equal(embedded.length);
    expect((await open(on)).serving?.model).to.equal('new');
  });

  it('takes turns: a slice ends, says that more is left, and the next goes on', async () => {
    const { on, young } = await changing();
    await addAndIndex(on, '# Another\n\nThe other document is short.');
    await requestSpace(on.deps, on.tenantId, { ...newKind, ...unpriced }, system);
    expect(await embedTenant(on.deps, on.tenantId, never, -1)).to.equal('more');
    const first = young.calls.length;
    expect(first).to.be.greaterThan(0);
    expect(await embedTenant(on.deps, on.tenantId, never)).to.equal('done');
    const embedded = young.calls.flat();
    expect(new Set(embedded).size).to.equal(embedded.length);
  });

  it('leaves the old space serving when the provider fails, and says why', async () => {
    const { on, old, young } = await changing();
    await requestSpace(on.deps, on.tenantId, { ...newKind, ...unpriced }, system);
    young.answering = () => {
      throw new ModelUnavailable();
    };
    const failed = await embedTenant(on.deps, on.tenantId, never).catch(thrown => thrown);
    expect(failed).to.be.instanceOf(ModelUnavailable);
    const { serving, building } = await open(on);
    expect(serving?.model).to.equal('old');
    expect(building?.failureCode).to.equal(new ModelUnavailable().code);
    const [found] = await ask(on, passageOf(old.calls));
    expect(found).not.to.equal(undefined);
  });

  it('can be cancelled, and what was made by then is not paid for again', async () => {
    const { on, young } = await changing();
    const request = () => requestSpace(on.deps, on.tenantId, { ...newKind, ...unpriced }, system);
    await request();
    const id = (await open(on)).building?.id ?? '';
    young.answering = async call => {
      if (call === 2) await cancelSpace(on.deps, on.tenantId, id, system);
    };
    expect(await embedTenant(on.deps, on.tenantId, never)).to.equal('done');
    expect(await open(on)).to.have.nested.include({ 'serving.model': 'old', building: null });
    young.answering = () => {};
    const estimate = await on.db.withTenant(on.tenantId, tx => estimateSpace(tx, on.tenantId, newKind));
    expect(estimate.missing).to.equal(estimate.passages - 64);
    await request();
    await embedTenant(on.deps, on.tenantId, never);
    expect(young.calls.slice(2).flat()).not.to.include.members(young.calls[0] ?? []);
    expect((await open(on)).serving?.id).to.equal(id);
  });

  it('says beforehand what it costs, and refuses to begin when that is more than was confirmed', async () => {
    const { on } = await changing();
    const kind = { model: 'text-embedding-3-large', dimensions: 3072, precision: 'half' } as const;
    const estimate = await on.db.withTenant(on.tenantId, tx => estimateSpace(tx, on.tenantId, kind));
    expect(estimate.passages).to.be.greaterThan(128);
    expect(estimate.costMicros).to.equal(Math.ceil(estimate.tokens * 0.13));
    expect(estimate.pricesOf).to.match(/^\d{4}-\d{2}$/);
    const deps = { ...on.deps, openEmbedder: watched };
    const confirm = (costMicrosMax: number) =>
      requestSpace(deps, on.tenantId, { ...kind, costMicrosMax }, system).catch(thrown => thrown);
    expect(await confirm(estimate.costMicros - 1)).to.have.property('code', 'embedding-cost-changed');
    expect((await open(on)).building).to.equal(null);
    await confirm(estimate.costMicros);
    await confirm(estimate.costMicros);
    expect((await open(on)).building?.dimensions).to.equal(3072);
    const other = await requestSpace(on.deps, on.tenantId, { ...newKind, ...unpriced }, system).catch(
      thrown => thrown,
    );
    expect(other).to.have.property('code', 'not-in-that-state');
  });

  it('finds a space of before it had states, by what documents have their vectors in', async () => {
    const { on } = await changing();
    await on.db.withTenant(on.tenantId, tx =>
      tx('embedding_spaces').where({ tenant_id: on.tenantId }).update({ state: 'retired' }),
    );
    const deps = { ...on.deps, embedder: watched('new', 2048) };
    await Promise.all([1, 2].map(() => embedTenant(deps, on.tenantId, never)));
    expect((await open(on)).serving?.model).to.equal('old');
    const all = await on.db.withTenant(on.tenantId, tx => selectSpaces(tx, on.tenantId));
    expect(all.filter(({ state }) => state === 'serving')).to.have.length(1);
  });
});
