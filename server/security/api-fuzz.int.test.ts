import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Session, until } from '../testing/harness.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

interface Operation {
  id: string;
  method: string;
  path: string;
  permission: string;
  parameters: { name: string; in: string }[];
  fields: string[];
  multipart: boolean;
  answers: Record<string, { media: string; schema: object } | null>;
}

interface Shot {
  operation: Operation;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

/** How long each of the two random suites may shoot. */
const budgetMs = 8_000;

describe('the API under random input', () => {
  let harness: SharedHarness;
  let operations: Operation[];
  let admin: Session;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI file is walked
    const file = (await (await harness.fetch(null, '/openapi.json')).json()) as any;
    ajv.addSchema({ $id: 'problem', ...file.components.schemas.Problem });
    operations = readOperations(file);
    admin = await harness.session(harness.accounts[0]);
    const words = '# Grinding\n\nThe grinder G-7 is cleaned every 14 days with a dry brush.\n';
    real['documentId'] = await harness.addDocument(
      harness.accounts[0],
      'grinding.md',
      words,
      'text/markdown',
    );
    harness.model.script(modelStep.reply('Every 14 days [1].'));
    const { message } =
      (await harness.ask(admin, 18834645, 'How often is the grinder G-7 cleaned?')).at(-1)?.data ?? {};
    Object.assign(real, {
      runId: message.run.id,
      messageId: message.id,
      citationId: message.citations[0].id,
    });
    const proposed = await harness.fetch(admin, '/v1/leads/18834645/proposals', {
      method: 'POST',
      headers: { 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ actions: [{ action: 'note', arguments: { text: 'Shoot at me' } }] }),
    });
    const { groupId, proposals } = (await proposed.json()) as {
      groupId: string;
      proposals: { id: string }[];
    };
    Object.assign(real, { groupId, proposalId: proposals[0]?.id });
  });

  /** Runs that shots began end by themselves once nobody follows; until then they could take a scripted step. */
  afterEach(async () => {
    const { tid } = JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString());
    const running = () =>
      harness.app.db.withTenant(tid, tx => tx('runs').where({ state: 'running' }).first('id'));
    await until(async () => (await running()) === undefined);
  });

  /** Sends one shot and says what is wrong with the answer; null for nothing. */
  async function fault({ operation, path, headers, body }: Shot): Promise<string | null> {
    const stop = new AbortController();
    let answer: Response;
    try {
      answer = await fetch(`${harness.url}${path}`, {
        method: operation.method.toUpperCase(),
        redirect: 'manual',
        headers: { ...loginFor(operation), ...headers },
        signal: stop.signal,
        ...(body === undefined || operation.method === 'get'
          ? {}
          : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
    } catch (error) {
      // What fetch itself refuses to send never reaches us.
      return error instanceof TypeError && /header|ByteString|parse URL/i.test(String(error.message))
        ? null
        : `no answer: ${error} ${String((error as Error).cause)}`;
    }
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (type === 'text/event-stream') {
      stop.abort();
      return null;
    }
    const text = await answer.text();
    if (answer.status >= 500 && operation.id !== 'readyz') return `${answer.status}: ${text}`;
    if (operation.method === 'head') return text === '' ? null : 'an answer to HEAD has a body';
    // Another method may be another route: then only what failed is looked at.
    if (operation.id === 'other' && answer.status < 400) return null;
    const known = operation.answers[String(answer.status)];
    if (answer.status >= 400 && known === undefined) {
      if (type !== 'application/problem+json')
        return `${answer.status} is ${type} and no problem: ${text.slice(0, 200)}`;
      const problem = JSON.parse(text);
      if (!ajv.validate('problem', problem)) return `not a problem document: ${ajv.errorsText()} ${text}`;
      return problem.status === answer.status ? null : `says ${problem.status} but is ${answer.status}`;
    }
    if (known === undefined) return `${answer.status} is not declared`;
    if (known === null)
      return text === '' || answer.status === 302 ? null : `${answer.status} declares no body`;
    if (type !== known.media) return `${type} instead of ${known.media}`;
    if (type !== 'application/json') return null;
    return ajv.validate(known.schema, JSON.parse(text))
      ? null
      : `against its schema: ${ajv.errorsText()} ${text.slice(0, 500)}`;
  }

  function loginFor({ permission }: Operation): Record<string, string> {
    if (permission === 'operator') return { authorization: `Bearer ${harness.app.operatorKey}` };
    if (permission === 'public' || permission === 'signed') return { origin: admin.account.origin };
    return { authorization: admin.headers['authorization'] ?? '', origin: admin.account.origin };
  }

  async function shoot(shots: fc.Arbitrary<Shot>): Promise<void> {
    const property = fc.asyncProperty(fc.array(shots, { minLength: 8, maxLength: 8 }), async batch => {
      const faults = await Promise.all(batch.map(async shot => ({ shot, wrong: await fault(shot) })));
      for (const { shot, wrong } of faults) {
        if (wrong === null) continue;
        const { operation, path, headers, body } = shot;
        throw new Error(
          `${operation.id} ${path} ${JSON.stringify(headers)} ${String(body).slice(0, 300)}\n  ${wrong}`,
        );
      }
    });
    await fc.assert(property, {
      numRuns: 1_000_000,
      interruptAfterTimeLimit: budgetMs,
      markInterruptAsFailure: false,
      endOnFailure: true,
      verbose: 0,
    });
  }

  it('answers wrong types, bounds and hostile texts in path, query, body and headers by schema or with a problem', async function () {
    this.timeout(budgetMs + 30_000);
    harness.model.always('Nothing to say.');
    await shoot(fc.constantFrom(...operations).chain(shotAt));
  });

  it('answers bodies that are no JSON, wrong content types, encodings and methods with a problem', async function () {
    this.timeout(budgetMs + 30_000);
    await shoot(fc.constantFrom(...operations).chain(brokenShotAt));
  });

  it('answers the bounds that random shots seldom hit', async () => {
    const of = (id: string) => operations.find(operation => operation.id === id) ?? expect.fail(id);
    const json = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
    const shots: [id: string, path: string, headers?: Record<string, string>, body?: string | Uint8Array][] =
      [
        ['getDocumentText', `/v1/documents/${real['documentId']}/text?version=2147483647`],
        [
          'getDocumentText',
          `/v1/documents/${real['documentId']}/text?from=9007199254740991&to=9007199254740991`,
        ],
        ['getDocumentText', `/v1/documents/${real['documentId']}/text?from=5&to=1`],
        ['searchKnowledge', '/v1/knowledge/search?q=a%00b&locale=%00'],
        ['searchKnowledge', '/v1/knowledge/search?q=%F0%9F%A6%89&locale=zz'],
        ['searchKnowledge', '/v1/knowledge/search?q=%ED%A0%80'],
        ['suggestQuestions', '/v1/leads/18834645/suggestions?locale=en-abc-abc-abc-abc'],
        ['suggestQuestions', '/v1/leads/18834645/suggestions?locale=aa_11'],
        ['suggestQuestions', '/v1/leads/9007199254740991/suggestions'],
        ['readThread', '/v1/leads/0x11F6895/thread?limit=1e2'],
        ['readThread', '/v1/leads/%E0%A4%A/thread'],
        ['issueAdminToken', '/v1/operator/tenants/9007199254740991/tokens'],
        [
          'startSession',
          '/v1/session',
          { ...json, 'x-auth-token': 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.bm90anNvbg.x' },
          '{}',
        ],
        ['startSession', '/v1/session', { ...json, 'content-encoding': 'gzip' }, 'no gzip'],
        ['startSession', '/v1/session', { ...json, 'content-encoding': 'br' }, new Uint8Array([1, 2, 3])],
        ['startSession', '/v1/session', { ...json, 'content-encoding': 'deflate' }, new Uint8Array([9, 9])],
        ['startSession', '/v1/session', { 'content-type': 'application/json; charset=utf-7' }, '{}'],
        [
          'giveFeedback',
          `/v1/messages/${real['messageId']}/feedback`,
          json,
          '{"rating":"up","comment":"\\u0000"}',
        ],
        [
          'giveFeedback',
          `/v1/messages/${real['messageId']}/feedback`,
          json,
          '{"rating":"up","__proto__":{"reason":"x"}}',
        ],
        ['askQuestion', '/v1/leads/18834645/messages', json, `{"text":"${'x'.repeat(4001)}"}`],
        ['finishConnecting', '/kommo/oauth/callback?code=%00&referer=%00.kommo.com'],
        ['finishConnecting', '/kommo/oauth/callback?code=a&code=b&referer=x'],
        ['uninstall', '/kommo/uninstall?account_id=999999999999999&client_uuid=%00&signature=00'],
      ];
    const wrong: string[] = [];
    for (const [id, path, headers = {}, body] of shots) {
      const said = await fault({ operation: of(id), path, headers, body });
      if (said !== null) wrong.push(`${path} ${JSON.stringify(headers)} ${body}: ${said}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it('keeps hostile texts that it accepts, without what the database cannot hold', async () => {
    const lead = 18834647;
    for (const text of ['\u0000', ' \u0000 \n', '\u0000\u0000\u0000']) {
      const answer = await harness.fetch(admin, `/v1/leads/${lead}/messages`, {
        method: 'POST',
        headers: { 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ text }),
      });
      expect(answer.status, JSON.stringify(text)).to.equal(422);
    }
    harness.model.script(modelStep.reply('Yes.'));
    const events = await harness.ask(
      admin,
      lead,
      '  Is it\u0000 \ud800 __proto__ {"a":1} ; drop table runs -- ?  ',
    );
    expect(events[0]?.data.question.text).to.equal('Is it \ufffd __proto__ {"a":1} ; drop table runs -- ?');
    const id = events.at(-1)?.data.message.id;
    const feedback = await harness.fetch(admin, `/v1/messages/${id}/feedback`, {
      method: 'PUT',
      body: JSON.stringify({ rating: 'down', comment: 'a\u0000b\udfff' }),
    });
    expect(await feedback.json()).to.deep.equal({ rating: 'down', reason: null, comment: 'ab\ufffd' });
  });
});

const nasty = fc.constantFrom<unknown>(
  '',
  ' ',
  '\u0000',
  '\ud800',
  'a\u0000b',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "' or 1=1 --",
  '%00',
  '%E0%A4%A',
  '\u202e',
  '🦉'.repeat(300),
  'x'.repeat(5000),
  'null',
  'true',
  '[]',
  '0',
  '-1',
  '0x10',
  '1e3',
  '1e999',
  '9007199254740993',
  '2147483648',
  '99999999999999999999',
  'NaN',
  '١٢',
  'en_XX-abcdefgh',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-7fff-bfff-ffffffffffff',
  '19900101',
  'private',
  'shared',
  'up',
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  true,
  false,
  null,
  [],
  {},
  ['a', 'b'],
  { a: { b: [] } },
  JSON.parse('{"__proto__": {"isAdmin": true}}'),
);
const value = fc.oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
const text = value.map(given => (typeof given === 'string' ? given : JSON.stringify(given)));
const encoded = text.map(given => encodeURIComponent(given.toWellFormed()) || '%20');
/** One in some: mostly right, so that the wrong ones get past the first check. */
const key = fc.oneof(
  { weight: 5, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.constantFrom('short', 'x'.repeat(129), 'with space in it', 'ключ-ключ') },
);

/** Ids of rows that exist, set once they do; what deletes never gets one. */
const real: Record<string, string> = {};

function right(name: string, method = 'get'): fc.Arbitrary<string> {
  const known = real[name];
  if (known && method !== 'delete') return fc.constant(known);
  if (name === 'leadId') return fc.constantFrom('18834645', '18834663');
  if (name === 'accountId') return fc.constant('31234561');
  if (name === 'q') return fc.constantFrom('warranty', 'descaling agent');
  return fc.uuid();
}

function pathOf({ path, parameters, method }: Operation): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '');
  const values = fc.tuple(
    ...names.map(name =>
      fc.oneof({ weight: 2, arbitrary: right(name, method) }, { weight: 1, arbitrary: encoded }),
    ),
  );
  const queryNames = [
    ...parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name),
    '__proto__',
    'extra[]',
  ];
  const query = fc.array(
    fc.tuple(
      fc.constantFrom(...queryNames),
      fc.oneof({ weight: 2, arbitrary: encoded }, { weight: 1, arbitrary: right('q') }),
    ),
    { maxLength: 4 },
  );
  return fc.tuple(values, query).map(([given, pairs]) => {
    let at = 0;
    const filled = path.replaceAll(/\{\w+\}/g, () => String(given[at++]));
    return pairs.length === 0
      ? filled
      : `${filled}?${pairs.map(([name, entry]) => `${name}=${entry}`).join('&')}`;
  });
}

const oddHeaders = fc.record(
  {
    'last-event-id': fc.constantFrom('-1', '1e99', 'abc', '9'.repeat(400), '0', '3'),
    'x-request-id': fc.constantFrom('short', 'a'.repeat(65), '<script>', 'good-request-id'),
    'accept-language': fc.constantFrom('*', 'xx;q=9', ';;;', 'ru,en;q=0.1'),
    'x-auth-token': fc.constantFrom(
      'x',
      'a.b.c',
      'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.bm90anNvbg.x',
      'x'.repeat(5000),
      'eyJhbGciOiJub25lIn0.e30.',
    ),
    'x-forwarded-for': fc.constantFrom('not an address', '127.0.0.1', '::1, 2'),
    range: fc.constant('bytes=0-1'),
    'if-none-match': fc.constant('*'),
  },
  { requiredKeys: [] },
);

function bodyOf({ fields }: Operation): fc.Arbitrary<string> {
  if (fields.length === 0) return value.map(given => JSON.stringify(given));
  const one = fc.oneof(
    { weight: 2, arbitrary: value },
    { weight: 1, arbitrary: fc.constantFrom('up', 'wrong', 'en', 'Hello?') },
  );
  const whole = fc.record(Object.fromEntries(fields.map(name => [name, one])), { requiredKeys: [] });
  return fc
    .oneof({ weight: 5, arbitrary: whole }, { weight: 1, arbitrary: value })
    .map(given => JSON.stringify(given));
}

function shotAt(operation: Operation): fc.Arbitrary<Shot> {
  const headers = fc.tuple(oddHeaders, key).map(([odd, idempotency]) => ({
    ...(operation.fields.length > 0 ? { 'content-type': 'application/json' } : {}),
    ...(operation.multipart ? { 'content-type': 'multipart/form-data; boundary=x' } : {}),
    'idempotency-key': idempotency,
    ...odd,
  })) as fc.Arbitrary<Record<string, string>>;
  const body = operation.multipart
    ? text.map(
        name =>
          `--x\r\nContent-Disposition: form-data; name="file"; filename="${name.toWellFormed().replaceAll(/["\r\n]/g, '')}"\r\nContent-Type: text/plain\r\n\r\n${name.toWellFormed()}\r\n--x--\r\n`,
      )
    : bodyOf(operation);
  return fc
    .tuple(pathOf(operation), headers, body)
    .map(([path, sent, given]) => ({ operation, path, headers: sent, body: given }));
}

function brokenShotAt(operation: Operation): fc.Arbitrary<Shot> {
  const types = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-7',
    'application/json; charset=koi8-r',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/json;;;',
    'nonsense',
    'application/merge-patch+json',
    'application/octet-stream',
  );
  const encodings = fc.constantFrom(
    '',
    '',
    '',
    'gzip',
    'deflate',
    'br',
    'compress',
    'identity',
    'gzip, gzip',
  );
  const bodies: fc.Arbitrary<string | Uint8Array> = fc.oneof(
    fc.constantFrom(
      '',
      '{',
      '{"text":',
      '[1,2',
      'null',
      '"text"',
      '{"text":"\\u0000"}',
      '{"a":1}{"b":2}',
      '\u0000',
      '{"text":"\\ud800"}',
      `{"text":"${'x'.repeat(300_000)}"}`,
      '['.repeat(20_000),
      '{"a":'.repeat(5_000),
      '\ufeff{}',
    ),
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(
      '--x--',
      '--x\r\n\r\n',
      '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--x--',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\na',
    ),
  );
  const methods = fc.constantFrom(
    operation.method,
    operation.method,
    'get',
    'post',
    'put',
    'patch',
    'delete',
    'options',
    'head',
  );
  return fc
    .tuple(pathOf(operation), types, encodings, bodies, methods, key)
    .map(([path, type, encoding, body, method, idempotency]) => ({
      operation: method === operation.method ? operation : { ...operation, id: 'other', method, answers: {} },
      path,
      headers: {
        'content-type': type,
        'idempotency-key': idempotency,
        ...(encoding === '' ? {} : { 'content-encoding': encoding }),
      },
      body: method === 'head' ? undefined : body,
    }));
}

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI file is walked
function readOperations(file: any): Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries<Record<string, never>>(file.paths)) {
    // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI file is walked
    for (const [method, operation] of Object.entries<any>(item)) {
      const content = operation.requestBody?.content ?? {};
      const answers: Operation['answers'] = {};
      for (const [status, answer] of Object.entries<{ content?: Record<string, { schema: object }> }>(
        operation.responses,
      )) {
        const [media, body] = Object.entries(answer.content ?? {})[0] ?? [];
        if (status !== 'default')
          answers[status] = media && body ? { media: media.split(';')[0] ?? '', schema: body.schema } : null;
      }
      found.push({
        id: operation.operationId,
        method,
        path,
        permission: operation['x-permission'],
        parameters: operation.parameters,
        fields: Object.keys(content['application/json']?.schema?.properties ?? {}),
        multipart: 'multipart/form-data' in content,
        answers,
      });
    }
  }
  return found;
}
