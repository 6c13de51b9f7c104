import { expect } from 'chai';
import { openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('lists of the account', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('are empty at first, and then carry their elements page by page', async () => {
    expect((await bench.get('catalogs')).status).to.equal(204);
    const elements = Array.from({ length: 5 }, (_, at) => ({
      name: `Grinder ${at}`,
      fields: { Price: `${at}00` },
    }));
    const made = await bench.control('POST', 'catalogs', { name: 'Products', elements });
    const { id } = (await made.json()) as { id: number };
    const catalog = await bench.firstOf('catalogs', 'catalogs');
    expect(catalog).to.include({ id, name: 'Products', type: 'products' });
    const first = await bench.get(`catalogs/${id}/elements?limit=3`);
    const page = (await first.json()) as {
      _links: { next?: { href: string } };
      _embedded: { elements: object[] };
    };
    expect(page._embedded.elements).to.have.length(3);
    expect(page._embedded.elements[1]).to.deep.include({ name: 'Grinder 1', catalog_id: id });
    expect(page._links.next?.href).to.include('page=2');
    expect(await bench.list(`catalogs/${id}/elements?limit=3&page=2`, 'elements')).to.have.length(2);
    expect((await bench.get(`catalogs/${id}/elements?page=9`)).status).to.equal(204);
  });

  it('answer 404 where there is none, and 401 without a token', async () => {
    expect((await bench.get('catalogs/1')).status).to.equal(404);
    expect((await bench.get('catalogs/1/elements')).status).to.equal(404);
    expect((await bench.api('catalogs', 'nonsense')).status).to.equal(401);
  });
});
