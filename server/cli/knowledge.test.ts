import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findServer, runKnowledge } from './knowledge.ts';
import { parseArguments, WrongUsage } from './knowledge-arguments.ts';
import {
  type KnowledgeClient,
  openKnowledgeClient,
  Refused,
  type RemoteDocument,
} from './knowledge-client.ts';
import { uploadAll } from './upload-all.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knowledge-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('arguments of the knowledge command', () => {
  it('are understood', () => {
    expect(parseArguments(['add', 'a', 'b', '--account', 'shop'])).to.deep.equal({
      kind: 'add',
      paths: ['a', 'b'],
      addresses: [],
      account: 'shop',
    });
    expect(parseArguments(['list'])).to.deep.equal({ kind: 'list', account: null });
    expect(parseArguments(['remove', 'x'])).to.deep.equal({ kind: 'remove', ids: ['x'], account: null });
    expect(parseArguments(['search', 'how', 'long?'])).to.deep.equal({
      kind: 'search',
      question: 'how long?',
      tags: [],
      account: null,
    });
    expect(parseArguments(['add', 'https://shop.example/help', 'a'])).to.deep.equal({
      kind: 'add',
      paths: ['a'],
      addresses: ['https://shop.example/help'],
      account: null,
    });
    expect(parseArguments(['compare', 'x', '1', '2'])).to.deep.equal({
      kind: 'compare',
      id: 'x',
      from: 1,
      to: 2,
      account: null,
    });
    expect(parseArguments(['rollback', 'x', '1'])).to.deep.equal({
      kind: 'rollback',
      id: 'x',
      version: 1,
      account: null,
    });
    expect(parseArguments(['add', '--help'])).to.deep.equal({ kind: 'help' });
  });

  it('that make no sense are explained', () => {
    for (const argv of [
      [],
      ['add'],
      ['remove'],
      ['versions'],
      ['compare', 'x', '1'],
      ['rollback', 'x', 'one'],
      ['search'],
      ['tag'],
      ['list', 'x'],
      ['fly'],
      ['add', 'x', '--loud'],
      ['list', '--account', ''],
    ]) {
      expect(() => parseArguments(argv), argv.join(' ')).to.throw(WrongUsage);
    }
  });
});

describe('walking a folder', () => {
  it('finds the documents below it and tells what it left out', async () => {
    await mkdir(join(folder, 'b', '.git'), { recursive: true });
    for (const name of ['b/faq.HTML', 'a.md', 'b/photo.png', 'b/.git/config.txt', 'z.pdf', 'LICENSE']) {
      await writeFile(join(folder, name), 'x');
    }
    await symlink(folder, join(folder, 'loop'));
    const { files, skipped } = await walkFolder(folder);
    expect(files.map(({ title, mediaType }) => `${title} ${mediaType}`)).to.deep.equal([
      'a text/markdown',
      'b - faq text/html',
      'z application/pdf',
    ]);
    expect(skipped.map(({ path }) => path.slice(folder.length + 1))).to.have.members([
      'b/.git',
      'b/photo.png',
      'LICENSE',
      'loop',
    ]);
  });

  it('takes a single file, and says when there is none', async () => {
    await writeFile(join(folder, 'one.txt'), 'x');
    expect((await walkFolder(join(folder, 'one.txt'))).files).to.have.length(1);
    expect(await walkFolder(join(folder, 'none')).catch(thrown => thrown.message)).to.include(
      'There is nothing at',
    );
  });
});

function remote(overrides: Partial<RemoteDocument> = {}): RemoteDocument {
  return {
    id: 'd1',
    title: 'a',
    state: 'ready',
    stage: null,
    progress: { done: 0, total: 0 },
    failure: null,
    version: 1,
    passages: 3,
    tags: [],
    ...overrides,
  };
}

/** A server that answers each look at a document with the next of these. */
function scripted(looks: RemoteDocument[], known: RemoteDocument[] = []) {
  const uploads: [string, string | null][] = [];
  const client: Pick<KnowledgeClient, 'list' | 'get' | 'upload'> = {
    list: async () => known,
    get: async () => looks.shift() ?? remote(),
    async upload({ title, bytes }, replaces) {
      if (bytes.length === 0) throw new Refused('invalid-input', 'The file is empty.');
      uploads.push([title, replaces]);
      return remote({ id: replaces ?? 'new', state: 'queued' });
    },
  };
  return { client, uploads };
}

const file = (title: string): FoundFile => ({ path: `/x/${title}.md`, title, mediaType: 'text/markdown' });

describe('uploading files', () => {
  const read = async (path: string) => (path.includes('empty') ? Buffer.alloc(0) : Buffer.from('# Hi'));

  it('waits until each is searchable and tells how far it is', async () => {
    const progress = { done: 2, total: 5 };
    const { client } = scripted([remote({ state: 'indexing', stage: 'extracting', progress }), remote()]);
    const told: string[] = [];
    const done = await uploadAll(client, [file('a')], {
      read,
      pause: async () => {},
      onProgress: (_, what) => told.push(what),
    });
    expect(told).to.deep.equal(['uploading', 'extracting 2 of 5', 'ready, 3 passages']);
    expect(done.map(({ failure }) => failure)).to.deep.equal([null]);
  });

  it('goes on after one that fails, and says why', async () => {
    const failure = { code: 'document-encrypted', detail: 'This PDF asks for a password.' };
    const { client } = scripted([remote({ state: 'failed', failure })]);
    const done = await uploadAll(client, [file('empty'), file('b')], {
      read,
      pause: async () => {},
      onProgress: () => {},
    });
    expect(done.map(result => result.failure)).to.deep.equal([
      'The file is empty.',
      'This PDF asks for a password.',
    ]);
  });

  it('makes a new version of a document with the same title', async () => {
    const { client, uploads } = scripted([], [remote({ id: 'old', title: 'a' })]);
    await uploadAll(client, [file('a'), file('b')], { read, pause: async () => {}, onProgress: () => {} });
    expect(uploads).to.deep.equal([
      ['a', 'old'],
      ['b', null],
    ]);
  });
});

describe('the client of the knowledge command', () => {
  const answers: Record<string, [number, unknown]> = {
    'GET /v1/operator/tenants': [
      200,
      {
        tenants: [
          { accountId: 1, subdomain: 'one', name: 'One', state: 'ready' },
          { accountId: 2, subdomain: 'two', name: 'Two', state: 'ready' },
        ],
      },
    ],
    'POST /v1/operator/tenants/1/tokens': [200, { token: 't1', expiresAt: '' }],
    'POST /v1/operator/tenants/2/tokens': [200, { token: 't2', expiresAt: '' }],
    'GET /v1/documents?limit=100': [200, { documents: [remote({ id: 'x' })], next: 'x' }],
    'GET /v1/documents?limit=100&after=x': [200, { documents: [remote({ id: 'y' })], next: null }],
  };
  const seen: string[] = [];
  const fetcher = (async (url: URL, init: RequestInit) => {
    const [status, body] = answers[`${init.method} ${url.pathname}${url.search}`] ?? [
      404,
      { code: 'no-such-route', detail: 'Nothing here.' },
    ];
    seen.push(new Headers(init.headers).get('authorization') ?? '');
    return new Response(JSON.stringify(body), { status });
  }) as typeof fetch;
  const server = { url: 'http://127.0.0.1:3000', operatorKey: 'op' };

  it('speaks for the first account, or the one that is named by subdomain or id', async () => {
    expect((await openKnowledgeClient(server, null, fetcher)).account).to.equal('One (one)');
    expect((await openKnowledgeClient(server, 'two', fetcher)).account).to.equal('Two (two)');
    expect((await openKnowledgeClient(server, '2', fetcher)).account).to.equal('Two (two)');
    const unknown = await openKnowledgeClient(server, 'three', fetcher).catch(thrown => thrown.message);
    expect(unknown).to.equal('There is no account "three". Known accounts: one (1), two (2).');
  });

  it('reads all pages of a list with a token of the account', async () => {
    const client = await openKnowledgeClient(server, null, fetcher);
    expect((await client.list()).map(({ id }) => id)).to.deep.equal(['x', 'y']);
    expect(seen.at(-1)).to.equal('Bearer t1');
  });

  it('passes on what the server says', async () => {
    const client = await openKnowledgeClient(server, null, fetcher);
    expect(await client.remove('z').catch(thrown => thrown.message)).to.equal('Nothing here.');
  });
});

describe('the knowledge command', () => {
  const run = async (argv: string[]) => {
    let text = '';
    const code = await runKnowledge({
      argv,
      dataDir: folder,
      write: said => {
        text += said;
      },
    });
    return { code, text };
  };

  it('says in one sentence that no server runs', async () => {
    expect(await run(['list'])).to.deep.equal({
      code: 1,
      text: 'No server runs on this data folder: start it with "npm start" and try again.\n',
    });
  });

  it('takes a server that died for none', async () => {
    await writeFile(
      join(folder, 'server.json'),
      JSON.stringify({ url: 'http://127.0.0.1:3000', pid: 2 ** 30 }),
    );
    await writeFile(join(folder, 'operator.key'), 'secret\n');
    expect(await findServer(folder)).to.equal(null);
    await writeFile(
      join(folder, 'server.json'),
      JSON.stringify({ url: 'http://127.0.0.1:3000', pid: process.pid }),
    );
    expect(await findServer(folder)).to.deep.equal({ url: 'http://127.0.0.1:3000', operatorKey: 'secret' });
  });

  it('helps, and ends with 2 after a wrong command', async () => {
    expect((await run(['--help'])).code).to.equal(0);
    const wrong = await run(['fly']);
    expect(wrong.code).to.equal(2);
    expect(wrong.text).to.match(/^There is no command "fly"\.\n\nFeeds the knowledge/);
  });
});
