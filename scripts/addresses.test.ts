import { expect } from 'chai';
import { addressesOf } from './addresses.ts';

describe('the addresses of the server that npm start runs', () => {
  const cases = [
    { env: {}, apiUrl: 'http://127.0.0.1:3000', publicUrl: 'http://127.0.0.1:3000' },
    {
      env: { HOST: '', PORT: '', PUBLIC_URL: '' },
      apiUrl: 'http://127.0.0.1:3000',
      publicUrl: 'http://127.0.0.1:3000',
    },
    {
      env: { HOST: '0.0.0.0', PORT: '8080' },
      apiUrl: 'http://127.0.0.1:8080',
      publicUrl: 'http://127.0.0.1:8080',
    },
    {
      env: { HOST: '192.168.1.20' },
      apiUrl: 'http://192.168.1.20:3000',
      publicUrl: 'http://192.168.1.20:3000',
    },
    {
      env: { HOST: '192.168.1.20', PUBLIC_URL: 'https://Cardwise.example.com:443/' },
      apiUrl: 'http://192.168.1.20:3000',
      publicUrl: 'https://cardwise.example.com',
    },
  ];
  for (const { env, ...addresses } of cases) {
    it(`follow from ${JSON.stringify(env)}`, () => expect(addressesOf(env)).to.deep.equal(addresses));
  }

  for (const text of ['https://example.com/path', 'example.com'])
    it(`leave it to the server to refuse ${text}`, () => {
      expect(addressesOf({ PUBLIC_URL: text }).publicUrl).to.equal(text);
    });
});
