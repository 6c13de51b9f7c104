import { expect } from 'chai';
import fc from 'fast-check';
import { requestOf } from './call-http.ts';
import { HttpTool } from './definition.ts';
import { ToolCallRefused } from './errors.ts';

const orders = HttpTool.parse({
  kind: 'http',
  method: 'POST',
  url: 'https://api.shop.example:8443/v1/orders/{orderId}/lines',
  parameters: [
    { name: 'orderId', in: 'path', type: 'string' },
    { name: 'state', in: 'query', type: 'enum', values: ['open', 'closed'], required: false },
    { name: 'q', in: 'query', type: 'string', required: false },
    { name: 'amount', in: 'body', type: 'integer', required: false },
  ],
});

describe('the request of an HTTP tool', () => {
  it('fills in path, query and body', () => {
    expect(requestOf(orders, { orderId: 'A 1/2', state: 'open', q: 'a&b=c#d', amount: 3 })).to.deep.equal({
      url: 'https://api.shop.example:8443/v1/orders/A%201%2F2/lines?state=open&q=a%26b%3Dc%23d',
      body: '{"amount":3}',
    });
    expect(requestOf(orders, { orderId: '7' })).to.deep.equal({
      url: 'https://api.shop.example:8443/v1/orders/7/lines',
      body: null,
    });
  });

  it('keeps its scheme, host, port and path whatever the arguments are', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '..',
        '.',
        '',
        '%2e%2e',
        '..%2f..',
        '../..',
        '//evil.example',
        '@evil.example',
        '\\..\\',
        '?x=1',
        '#',
        '{orderId}',
        '$&',
        '\ud800',
      ),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(hostile, hostile, (orderId, q) => {
        let made: { url: string };
        try {
          made = requestOf(orders, { orderId, q });
        } catch (thrown) {
          expect(thrown).to.be.instanceOf(ToolCallRefused);
          return;
        }
        const url = new URL(made.url);
        expect(url.origin).to.equal('https://api.shop.example:8443');
        expect(url.username + url.password + url.hash).to.equal('');
        const [, v1, kept, id, lines, ...more] = url.pathname.split('/');
        expect([v1, kept, lines, more.length]).to.deep.equal(['v1', 'orders', 'lines', 0]);
        expect(decodeURIComponent(id ?? '')).to.equal(orderId.toWellFormed());
        expect([...url.searchParams.keys()]).to.deep.equal(['q']);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses arguments that are missing, wrong, unknown, or would climb out of their place', () => {
    for (const given of [
      {},
      { orderId: 7 },
      { orderId: 'a', more: 1 },
      { orderId: 'a', state: 'lost' },
      { orderId: '..' },
      { orderId: '' },
    ])
      expect(() => requestOf(orders, given), JSON.stringify(given)).to.throw(ToolCallRefused);
  });

  it('is defined with slots in its path alone', () => {
    const tool = (url: string, parameters: unknown[] = []) =>
      HttpTool.safeParse({ kind: 'http', method: 'GET', url, parameters }).success;
    const id = { name: 'id', in: 'path', type: 'string' };
    expect(tool('https://a.example/b')).to.equal(true);
    expect(tool('https://a.example/b/{id}', [id])).to.equal(true);
    for (const url of [
      'https://{id}/b',
      'https://a.example:{id}/b',
      '{id}://a.example/b',
      'https://{id}.example/b',
      'https://{id}@a.example/b',
      'https://a.example/b?x={id}',
      'https://a.example/b#{id}',
      'https://a.example/{id}/{id}',
      'https://a.example/{id',
      'https://user:pass@a.example/{id}',
      'https://a.example/../{id}',
      'ftp://a.example/{id}',
      'javascript:{id}',
    ])
      expect(tool(url, [id]), url).to.equal(false);
    expect(tool('https://a.example/b', [id])).to.equal(false);
    expect(tool('https://a.example/b', [{ name: 'x', in: 'body', type: 'string' }])).to.equal(false);
    expect(tool('https://a.example/b', [{ name: 'x', in: 'query', type: 'enum' }])).to.equal(false);
  });
});
