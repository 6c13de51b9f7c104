import { expect } from 'chai';
import { usesIn } from './forbidden-uses.ts';

describe('Uses that the server forbids itself', () => {
  it('finds a request that goes around the outbound door, with its line', () => {
    expect(usesIn('kommo/client.ts', "const a = 1;\nawait fetch('https://kommo.com');")).to.have.length(1);
    expect(usesIn('kommo/client.ts', "const a = 1;\nawait globalThis.fetch('x');").join()).to.include(
      'server/kommo/client.ts:2',
    );
    expect(usesIn('llm/a.ts', "import { request } from 'node:https';")).to.have.length(1);
    expect(usesIn('llm/a.ts', "import https from 'node:https';")).to.have.length(1);
    expect(usesIn('llm/a.ts', "import { fetch } from 'undici';")).to.have.length(1);
  });

  it('lets a client be handed in, and servers and types be imported', () => {
    expect(usesIn('kommo/client.ts', "function f({ fetch }: D) { return () => fetch('x'); }")).to.deep.equal(
      [],
    );
    expect(usesIn('kommo/client.ts', "const { fetch } = deps;\nfetch('x');")).to.deep.equal([]);
    expect(usesIn('kommo/client.ts', "deps.fetch('x');")).to.deep.equal([]);
    expect(usesIn('http/listen.ts', "import { createServer, type Agent } from 'node:http';")).to.deep.equal(
      [],
    );
    expect(usesIn('http/listen.ts', "import type { Agent } from 'node:http';")).to.deep.equal([]);
  });

  it('leaves the environment and the exit to the process', () => {
    expect(usesIn('llm/a.ts', 'const key = process.env.KEY;')).to.have.length(1);
    expect(usesIn('llm/a.ts', "const key = process.env['KEY'];\nprocess.exit(1);")).to.have.length(2);
    expect(usesIn('main.ts', 'readConfig(process.env);\nprocess.exit(1);')).to.deep.equal([]);
    expect(usesIn('cli/migrate.ts', 'readConfig(process.env);')).to.deep.equal([]);
  });
});
