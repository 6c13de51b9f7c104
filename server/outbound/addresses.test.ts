import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { isPublicAddress } from './addresses.ts';
import { AddressRefused } from './errors.ts';
import { openOutbound } from './outbound.ts';

/** Spellings of places on our own machine, network or cloud. Each is refused before a socket is opened. */
const refused = `
http://127.0.0.1 http://127.0.0.1:80 http://127.1 http://127.0.1 http://127.000.000.001 http://0177.0.0.1 http://0177.1 http://0x7f.0.0.1 http://0x7f.1
http://0x7f000001 http://0X7F000001 http://2130706433 http://017700000001 http://127.0.0.1. http://127.1. http://2130706433. http://127.255.255.254
http://0 http://0.0.0.0 http://0.0.0.0:8080 http://00 http://0x0 http://0.1.2.3 http://000000000000
http://10.0.0.1 http://10.1 http://0xa.1 http://012.0.0.1 http://167772161 http://0x0a000001 http://10.255.255.255
http://172.16.0.1 http://172.31.255.255 http://0xac.0x10.0.1 http://2886729729 http://172.16.1 http://0254.020.0.1
http://192.168.0.1 http://192.168.1 http://0xc0a80001 http://3232235521 http://0300.0250.0.1 http://192.168.257
http://169.254.169.254 http://169.254.169.254. http://0xa9fea9fe http://2852039166 http://0251.0376.0251.0376 http://169.254.43518 http://0xa9.254.0xa9.254 http://169.254.0xa9fe http://025177524776
http://100.64.0.1 http://100.127.255.255 http://192.0.0.1 http://192.0.2.1 http://198.18.0.1 http://198.19.255.255 http://198.51.100.7 http://203.0.113.9
http://224.0.0.1 http://239.255.255.250 http://240.0.0.1 http://255.255.255.255 http://4294967295
http://[::1] http://[0:0:0:0:0:0:0:1] http://[0000:0000:0000:0000:0000:0000:0000:0001] http://[::] http://[::0] http://[::1]:443
http://[::ffff:127.0.0.1] http://[::ffff:7f00:1] http://[0:0:0:0:0:ffff:7f00:0001] http://[::FFFF:7F00:1] http://[::ffff:a9fe:a9fe] http://[::ffff:169.254.169.254] http://[::ffff:a00:1] http://[::ffff:c0a8:1] http://[::ffff:ac10:1] http://[::ffff:0:0] http://[::ffff:10.0.0.1]
http://[::127.0.0.1] http://[::7f00:1] http://[::a9fe:a9fe] http://[::ffff:0:127.0.0.1] http://[::ffff:0:7f00:1]
http://[64:ff9b::127.0.0.1] http://[64:ff9b::7f00:1] http://[64:ff9b::a9fe:a9fe] http://[64:ff9b::10.0.0.1] http://[64:ff9b:1::7f00:1] http://[64:ff9b:1::a9fe:a9fe]
http://[2002:7f00:1::] http://[2002:7f00:0001::1] http://[2002:a9fe:a9fe::] http://[2002:c0a8:1::1] http://[2002:a00:1::]
http://[2001::1] http://[2001:0:4136:e378:8000:63bf:3fff:fdd2] http://[2001:db8::1] http://[2001:10::1] http://[2001:2::1] http://[100::1] http://[3fff::1] http://[5f00::1]
http://[fe80::1] http://[fe80::a9fe:a9fe] http://[febf::1] http://[fec0::1] http://[fc00::1] http://[fd00::1] http://[fd00:ec2::254] http://[fd20:ce::254] http://[ff02::1] http://[ff0e::1]
http://①②⑦.⓪.⓪.① http://１２７.０.０.１ http://127。0。0。1 http://127．0．0．1 http://127｡0｡0｡1 http://0x7f｡1 http://１０.１ http://⑯⑨.254.169.254
http://100.100.100.200 http://0144.0144.0144.0310 http://1684300744 http://192.0.0.192 http://[::ffff:6464:64c8] http://[::ffff:100.100.100.200] http://[64:ff9b::6464:64c8] http://[2002:6464:64c8::1] http://%31%32%37.0.0.1 http://127%2e0%2e0%2e1 http://%30x7f.1
http:127.0.0.1 http:/127.0.0.1 http:///127.0.0.1 http:\\\\127.0.0.1 http://\\127.0.0.1 https://127.0.0.1:65535 HTTP://127.0.0.1 hTTps://[::1]
http://user@127.0.0.1 http://user:pass@93.184.216.34 http://:pass@93.184.216.34 http://93.184.216.34@127.0.0.1 http://127.0.0.1@93.184.216.34 http://93.184.216.34:80@10.0.0.1 http://a%40b@93.184.216.34
http://127.0.0.1#@93.184.216.34 http://127.0.0.1?@93.184.216.34 http://127.0.0.1\\@93.184.216.34 http://127.0.0.1/@93.184.216.34
ftp://93.184.216.34 file:///etc/passwd gopher://93.184.216.34 ws://93.184.216.34 wss://93.184.216.34 data:text/plain,x javascript:1 blob:http://93.184.216.34/x about:blank unix:/run/docker.sock
`
  .trim()
  .split(/\s+/);

/** What no parser of URLs reads at all. */
const unreadable = [
  'http://[fe80::1%25eth0]',
  'http://[fe80::1%eth0]',
  'http://256.256.256.256',
  'http://127.0.0.1:99999',
  'http://',
  'http://[::1',
  'http://1.2.3.4.5',
  '//127.0.0.1',
  '127.0.0.1',
  'http://a b',
  'http://127.0.0.1:-1',
  'http://0x7g.1.2',
];

const outbound = openOutbound({ privateOrigins: [] });

async function failure(address: string, door = outbound.fetch): Promise<unknown> {
  return door(address).then(
    () => 'it was called',
    error => error,
  );
}

describe('the addresses of the outbound door', () => {
  after(() => outbound.close());

  it(`refuses each of ${refused.length} spellings of a place that is not on the public internet`, async () => {
    expect(refused.length).to.be.greaterThan(120);
    for (const address of refused) {
      expect(await failure(address), address).to.be.instanceOf(AddressRefused);
      expect(await failure(address, outbound.trustedFetch), `${address}, trusted`).to.be.instanceOf(
        AddressRefused,
      );
    }
    for (const address of unreadable) expect(await failure(address), address).to.be.instanceOf(TypeError);
  });

  it('takes addresses of the public internet, also inside those of other kinds', () => {
    for (const address of [
      '8.8.8.8',
      '93.184.216.34',
      '1.1.1.1',
      '172.32.0.1',
      '100.128.0.1',
      '2606:4700:4700::1111',
      '2a00:1450:4001::1',
      '::ffff:8.8.8.8',
      '64:ff9b::808:808',
      '2002:808:808::1',
    ]) {
      expect(isPublicAddress(address), address).to.equal(true);
    }
    for (const address of ['', 'localhost', '127.0.0.1 ', '999.1.1.1', '::ffff:127.0.0.1', 'fe80::1%eth0']) {
      expect(isPublicAddress(address), address).to.equal(false);
    }
  });

  it('finds every private IPv4 address private in each of its IPv6 forms', () => {
    const octet = fc.nat(255);
    const blocks = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    );
    fc.assert(
      fc.property(blocks, ([a, b, c, d]) => {
        const hex = (high: number, low: number) => (high * 256 + low).toString(16);
        const tail = `${hex(a, b)}:${hex(c, d)}`;
        for (const form of [
          `${a}.${b}.${c}.${d}`,
          `::ffff:${tail}`,
          `::ffff:${a}.${b}.${c}.${d}`,
          `::ffff:0:${tail}`,
          `64:ff9b::${tail}`,
          `2002:${tail}::1`,
          `::${tail}`,
        ]) {
          expect(isPublicAddress(form), form).to.equal(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('dials the very host that it judged, for 100,000 random addresses', function () {
    this.timeout(60_000);
    const pieces = fc.constantFrom(
      'http://',
      'https://',
      'http:',
      '//',
      '\\',
      '/',
      '@',
      ':',
      '#',
      '?',
      '.',
      '127.0.0.1',
      '8.8.8.8',
      'a.example',
      '[::1]',
      '[::ffff:7f00:1]',
      '0x7f.1',
      '2130706433',
      '%2e',
      '%00',
      '\t',
      '\n',
      ' ',
      '。',
      '①',
      'ß',
      'xn--',
      '80',
      '443',
      'user',
      '-',
      '_',
      '~',
    );
    const addresses = fc
      .array(pieces, { minLength: 1, maxLength: 9 })
      .map(list => (list[0]?.startsWith('http') ? '' : 'http://') + list.join(''));
    let read = 0;
    for (const address of fc.sample(addresses, 100_000)) {
      let url: URL;
      try {
        url = new URL(address);
      } catch {
        continue;
      }
      if (!/^https?:$/.test(url.protocol)) continue;
      read += 1;
      // As outbound.ts judges it and hands it to node:http, read again as another parser would.
      const judged = url.hostname.replace(/^\[|\]$/g, '');
      const again = new URL(url.href);
      expect(again.hostname.replace(/^\[|\]$/g, ''), address).to.equal(judged);
      expect(judged, address).not.to.match(/[/@?#\\\s%]/);
      if (/^[\d.]+$/.test(judged) && !judged.endsWith('.'))
        expect(isIP(judged), `${address} is dialled as ${judged}`).to.equal(4);
      if (/^0x/i.test(judged))
        expect(
          isIP(judged) !== 0 || /[g-z_~-]/i.test(judged.slice(2)) || judged.includes('.'),
          address,
        ).to.equal(true);
    }
    expect(read).to.be.greaterThan(20_000);
  });
});
