import type { lookup } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { testDatabase } from '../testing/database.ts';
import { AddressRefused, AnswerTooLarge, type Outbound, openOutbound, PeerUnreachable } from './index.ts';

describe('the outbound door', () => {
  let server: Server;
  let origin: string;
  let handle: (req: IncomingMessage, res: ServerResponse) => void;
  let seen: IncomingMessage[];
  let doors: Outbound[];

  before(async () => {
    server = createServer((req, res) => {
      seen.push(req);
      handle(req, res);
    });
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen = [];
    doors = [];
    handle = (_req, res) => res.end('fine');
  });
  afterEach(() => {
    for (const door of doors) door.close();
  });
  after(done => {
    server.close(done);
    server.closeAllConnections();
  });

  function open(options: Partial<Parameters<typeof openOutbound>[0]> = {}): Outbound {
    const door = openOutbound({ privateOrigins: [origin], ...options });
    doors.push(door);
    return door;
  }
  async function failure(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => 'nothing failed',
      error => error,
    );
  }

  it("lets only the operator's own origins be private, to the port", async () => {
    const door = open();
    expect(await (await door.trustedFetch(`${origin}/x`)).text()).to.equal('fine');
    expect(await failure(door.fetch(`${origin}/x`))).to.be.instanceOf(AddressRefused);
    const other = new URL(origin);
    other.port = String(Number(other.port) - 1);
    expect(await failure(door.trustedFetch(other.href))).to.be.instanceOf(AddressRefused);
    expect(await failure(door.trustedFetch(origin.replace('127.0.0.1', 'localhost')))).to.be.instanceOf(
      AddressRefused,
    );
    expect(seen).to.have.length(1);
  });

  it('answers a redirect and never follows it', async () => {
    handle = (_req, res) => res.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    const answer = await open().trustedFetch(origin);
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([
      302,
      'http://169.254.169.254/latest/meta-data',
    ]);
    expect(seen).to.have.length(1);
  });

  it('refuses a name when any of its addresses is private, and resolves it once for one call', async () => {
    const asked: string[] = [];
    const answers = [
      [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      [{ address: '::ffff:7f00:1', family: 6 }],
      [{ address: '169.254.169.254', family: 4 }],
      [],
    ];
    const resolve = ((host: string, _options: object, done: (error: null, found: object[]) => void) => {
      asked.push(host);
      done(null, answers[asked.length - 1] ?? []);
    }) as unknown as typeof lookup;
    const door = open({ resolve });
    for (const _ of answers) {
      expect(await failure(door.fetch('http://rebinding.example/'))).to.be.instanceOf(AddressRefused);
    }
    expect(asked).to.deep.equal(answers.map(() => 'rebinding.example'));
    expect(seen).to.deep.equal([]);
  });

  it('sends no header of routing or framing that a caller gives, and refuses line breaks in any', async () => {
    const given = {
      host: 'evil.example',
      connection: 'upgrade',
      upgrade: 'websocket',
      'transfer-encoding': 'chunked',
      te: 'trailers',
      trailer: 'x',
      'keep-alive': 'timeout=9',
      'proxy-authorization': 'Basic x',
      'proxy-connection': 'keep-alive',
      expect: '100-continue',
      'content-length': '3',
      'x-own': 'kept',
    };
    await (
      await open().trustedFetch(origin, { method: 'POST', headers: given, body: '{"long":"body"}' })
    ).text();
    const { headers } = seen[0] ?? expect.fail('nothing arrived');
    expect(headers.host).to.equal(new URL(origin).host);
    expect(headers['content-length']).to.equal('15');
    expect(headers['x-own']).to.equal('kept');
    for (const name of [
      'upgrade',
      'transfer-encoding',
      'te',
      'trailer',
      'proxy-authorization',
      'proxy-connection',
      'expect',
    ]) {
      expect(headers, name).not.to.have.property(name);
    }
    for (const value of ['a\r\nX-Injected: 1', 'a\nb', 'a\rb', 'a\u0000b']) {
      expect(await failure(open().trustedFetch(origin, { headers: { 'x-own': value } }))).to.be.instanceOf(
        TypeError,
      );
    }
    expect(seen).to.have.length(1);
  });

  it('reads no more than its limit and closes the connection then', async () => {
    let closed: () => void = () => {};
    const gone = new Promise<void>(resolve => {
      closed = resolve;
    });
    handle = (_req, res) => {
      res.on('close', closed);
      const pump = () => {
        while (res.write('x'.repeat(64 * 1024)));
        res.once('drain', pump);
      };
      pump();
    };
    const answer = await open({ bytesMax: 200_000 }).trustedFetch(origin);
    expect(await failure(answer.text())).to.be.instanceOf(AnswerTooLarge);
    await gone;
  });

  it('gives up on a peer that goes silent, before and within its answer', async () => {
    handle = () => undefined;
    expect(await failure(open({ idleMs: 60 }).trustedFetch(origin))).to.be.instanceOf(PeerUnreachable);
    handle = (_req, res) => void res.write('half');
    const answer = await open({ idleMs: 60 }).trustedFetch(origin);
    expect(await failure(answer.text())).to.be.instanceOf(Error);
  });

  it('closes the socket when the caller aborts, before and within the answer', async () => {
    for (const begin of [false, true]) {
      const abort = new AbortController();
      let closed: () => void = () => {};
      const gone = new Promise<void>(resolve => {
        closed = resolve;
      });
      handle = (req, res) => {
        req.socket.once('close', closed);
        if (begin) res.write('half');
        else abort.abort(new Error('enough'));
      };
      const asked = open().trustedFetch(origin, { signal: abort.signal });
      if (begin) {
        const text = (await asked).text();
        abort.abort(new Error('enough'));
        expect(await failure(text)).to.be.instanceOf(Error);
      } else expect(await failure(asked)).to.have.property('message', 'enough');
      await gone;
    }
  });

  it('lets an answer be cancelled while its bytes still come', async () => {
    handle = (_req, res) => {
      res.writeHead(503);
      res.write('x'.repeat(100_000));
      res.end('x'.repeat(100_000));
    };
    const door = open();
    for (let round = 0; round < 40; round += 1) {
      const answer = await door.trustedFetch(origin);
      await answer.body?.cancel();
    }
    handle = (_req, res) => res.end('fine');
    expect(await (await door.trustedFetch(origin)).text()).to.equal('fine');
  });

  it('is shut inside a database transaction', async () => {
    const db = await testDatabase();
    const inside = db.withoutTenant(() => open().trustedFetch(origin));
    expect(await failure(inside))
      .to.have.property('message')
      .that.contains('inside a database transaction');
    expect(seen).to.deep.equal([]);
  });

  it('turns a cut connection and a closed port into one explained failure', async () => {
    handle = (_req, res) => {
      res.writeHead(200, { 'content-length': '100' });
      res.write('half');
      setImmediate(() => res.destroy());
    };
    const answer = await open().trustedFetch(origin);
    expect(await failure(answer.text())).to.be.instanceOf(Error);
    const closed = 'http://127.0.0.1:9';
    expect(await failure(open({ privateOrigins: [closed] }).trustedFetch(closed))).to.be.instanceOf(
      PeerUnreachable,
    );
  });
});
