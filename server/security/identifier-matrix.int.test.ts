import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { zipOf } from '../testing/fixtures/office.ts';
import type { Session } from '../testing/harness.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

/** What one route needs to be called well, so that nothing but the caller can be what it refuses. */
interface Row {
  /** Where ids of ours or of Kommo go in: which kind stands in which parameter of path or query. */
  path?: Record<string, Id>;
  query?: Record<string, Id>;
  /** What a caller names or numbers as they like, in path or query: no id of anybody. */
  plain?: Record<string, string>;
  /** `{kind}` in it stands for an id of that kind. */
  body?: unknown;
  /** Ids in its body, and what they stand for. */
  bodyIds?: Record<string, Id | 'named by the caller'>;
  /** Ids in its body that are Kommo's: they are looked up with the caller's own grant, and mean nothing here. */
  kommoIds?: string[];
  file?: boolean;
  /** The file is an archive. */
  zip?: boolean;
}
type Id =
  | 'lead'
  | 'run'
  | 'message'
  | 'citation'
  | 'document'
  | 'source'
  | 'draft'
  | 'space'
  | 'goldenSet'
  | 'goldenQuestion'
  | 'evalRun'
  | 'gap'
  | 'fact'
  | 'proposal'
  | 'group'
  | 'effect'
  | 'agent'
  | 'publication';

/** Every route has a row; a new one without a row fails the suite. */
const rows: Record<string, Row> = {
  livez: {},
  readyz: {},
  metrics: {},
  openapi: {},
  startConnecting: {},
  finishConnecting: {},
  finishConnectingThrough: {},
  receiveBotStep: {},
  uninstall: {},
  startSession: {},
  receiveHook: {},
  checkHook: {},
  readMirror: {},
  reconcileMirror: {},
  listTenants: {},
  issueAdminToken: {},
  listDocuments: { query: { after: 'document', sourceId: 'source' } },
  listIntegrations: {},
  saveIntegration: { plain: { clientId: '0a1b2c3d-0000-4000-8000-000000000000' } },
  removeIntegration: { plain: { clientId: '0a1b2c3d-0000-4000-8000-000000000000' } },
  addDocument: { file: true },
  getDocument: { path: { documentId: 'document' } },
  getDocumentText: { path: { documentId: 'document' } },
  replaceDocument: { path: { documentId: 'document' }, file: true },
  deleteDocument: { path: { documentId: 'document' } },
  listVersions: { path: { documentId: 'document' } },
  compareVersions: { path: { documentId: 'document' }, plain: { from: '1', to: '1' } },
  restoreVersion: { path: { documentId: 'document' }, plain: { version: '1' } },
  pauseDocument: { path: { documentId: 'document' } },
  resumeDocument: { path: { documentId: 'document' } },
  cancelDocument: { path: { documentId: 'document' } },
  retryDocument: { path: { documentId: 'document' } },
  addSource: { body: { kind: 'conversations' } },
  addArchive: { zip: true },
  replaceArchive: { path: { sourceId: 'source' }, zip: true },
  listSources: { query: { after: 'source' } },
  getSource: { path: { sourceId: 'source' } },
  listSourceItems: { path: { sourceId: 'source' } },
  syncSource: { path: { sourceId: 'source' } },
  pauseSource: { path: { sourceId: 'source' } },
  resumeSource: { path: { sourceId: 'source' } },
  cancelSource: { path: { sourceId: 'source' } },
  deleteSource: { path: { sourceId: 'source' } },
  addText: { body: { title: 'A', text: 'B' } },
  addQuestions: { body: { pairs: [{ question: 'A?', answer: 'B' }] } },
  putDocument: { plain: { externalId: 'of-the-caller' }, file: true },
  getDocumentByExternalId: { plain: { externalId: 'nobody-has-it' } },
  deleteDocumentByExternalId: { plain: { externalId: 'nobody-has-it' } },
  listQuestionDrafts: { query: { after: 'draft' } },
  acceptQuestionDraft: { path: { draftId: 'draft' }, body: {} },
  editQuestionDraft: { path: { draftId: 'draft' }, body: {} },
  refuseQuestionDraft: { path: { draftId: 'draft' } },
  addGoldenSet: { body: { name: 'A set' } },
  listGoldenSets: { query: { after: 'goldenSet' } },
  getGoldenSet: { path: { setId: 'goldenSet' } },
  changeGoldenSet: { path: { setId: 'goldenSet' }, body: { name: 'A set' } },
  deleteGoldenSet: { path: { setId: 'goldenSet' } },
  listGoldenQuestions: { path: { setId: 'goldenSet' }, query: { after: 'goldenQuestion' } },
  addGoldenQuestion: {
    path: { setId: 'goldenSet' },
    body: { question: 'What?', expected: [{ documentId: '{document}', externalId: 'x' }] },
    bodyIds: { documentId: 'document', externalId: 'named by the caller' },
  },
  deleteGoldenQuestion: { path: { setId: 'goldenSet', questionId: 'goldenQuestion' } },
  addGoldenQuestionFromMessage: {
    path: { setId: 'goldenSet', messageId: 'message' },
    body: { expected: [{ documentId: '{document}', externalId: 'x' }] },
    bodyIds: { documentId: 'document', externalId: 'named by the caller' },
  },
  importGoldenQuestions: { path: { setId: 'goldenSet' }, file: true },
  exportGoldenSet: { path: { setId: 'goldenSet' } },
  exportGoldenSetTable: { path: { setId: 'goldenSet' } },
  beginEvalRun: { path: { setId: 'goldenSet' }, body: {} },
  beginGate: { path: { setId: 'goldenSet' }, body: {} },
  listEvalRuns: { path: { setId: 'goldenSet' }, query: { after: 'evalRun' } },
  getEvalRun: { path: { runId: 'evalRun' } },
  listEvalResults: { path: { runId: 'evalRun' } },
  cancelEvalRun: { path: { runId: 'evalRun' } },
  getSupportThreshold: {},
  chooseSupportThreshold: { body: { threshold: 0.4 } },
  giveBackSupportThreshold: {},
  learnSupportThreshold: {},
  listKnowledgeGaps: {},
  getKnowledgeGap: { path: { gapId: 'gap' } },
  draftArticle: { path: { gapId: 'gap' } },
  dismissKnowledgeGap: { path: { gapId: 'gap' } },
  reopenKnowledgeGap: { path: { gapId: 'gap' } },
  searchKnowledge: { query: { documentIds: 'document', sourceIds: 'source' } },
  tagDocument: { path: { documentId: 'document' }, body: { tags: ['prices'] } },
  listEmbeddingSpaces: {},
  estimateEmbeddingSpace: {},
  requestEmbeddingSpace: { body: { costMicrosMax: 0 } },
  cancelEmbeddingSpace: { path: { spaceId: 'space' } },
  readThread: { path: { leadId: 'lead' }, query: { before: 'message' } },
  giveFeedback: { path: { messageId: 'message' }, body: { rating: 'up' } },
  withdrawFeedback: { path: { messageId: 'message' } },
  openCitation: { path: { citationId: 'citation' } },
  suggestQuestions: { path: { leadId: 'lead' } },
  askQuestion: { path: { leadId: 'lead' }, body: { text: 'What now?' } },
  followRun: { path: { runId: 'run' } },
  cancelRun: { path: { runId: 'run' } },
  retryRun: { path: { runId: 'run' } },
  listRuns: { query: { cursor: 'run', leadId: 'lead' } },
  readTrace: { path: { runId: 'run' } },
  destroyKey: { plain: { person: 'contact-900000001' } },
  listFacts: { path: { leadId: 'lead' } },
  rememberFact: { path: { leadId: 'lead' }, body: { text: 'From the matrix' } },
  editFact: { path: { leadId: 'lead', factId: 'fact' }, body: { text: 'Forged' } },
  forgetFact: { path: { leadId: 'lead', factId: 'fact' } },
  forgetFacts: { path: { leadId: 'lead' } },
  listTools: {},
  saveTool: {
    plain: { name: 'of_the_caller' },
    body: {
      title: 'A',
      description: 'B',
      definition: { kind: 'http', method: 'GET', url: 'https://a.example/b' },
    },
  },
  removeTool: { plain: { name: 'nobody_has_it' } },
  tryTool: { plain: { name: 'nobody_has_it' }, body: {} },
  listMcpTools: { body: { url: 'http://127.0.0.1:9/' } },
  listModelProviders: {},
  saveModelProvider: { plain: { name: 'of-the-caller' }, body: { kind: 'openai' } },
  removeModelProvider: { plain: { name: 'nobody-has-it' } },
  checkModelProvider: { plain: { name: 'nobody-has-it' } },
  listModelsAvailable: { plain: { provider: 'operator' } },
  listProposals: { path: { leadId: 'lead' }, query: { cursor: 'proposal' } },
  listChoices: { path: { leadId: 'lead' } },
  propose: {
    path: { leadId: 'lead' },
    body: {
      actions: [
        { action: 'note', arguments: { text: 'From the matrix' } },
        { action: 'note', arguments: { text: 'Another' } },
      ],
    },
  },
  getProposal: { path: { proposalId: 'proposal' } },
  editProposal: { path: { proposalId: 'proposal' }, body: { arguments: { text: 'Forged' } } },
  approveProposal: { path: { proposalId: 'proposal' }, body: { digest: '0'.repeat(64) } },
  refuseProposal: { path: { proposalId: 'proposal' }, body: {} },
  undoProposal: { path: { proposalId: 'proposal' } },
  approveGroup: { path: { groupId: 'group' }, body: { digests: {} } },
  listEffects: { query: { cursor: 'effect' } },
  replayEffect: { path: { effectId: 'effect' } },
  settleEffect: { path: { effectId: 'effect' }, body: { outcome: 'done' } },
  getMessageWay: {},
  setMessageWay: {
    body: { way: 'draft' },
    kommoIds: ['fieldId', 'botId', 'channelId', 'channelBotId'],
  },
  checkMessageWays: {},
  getMailAccount: {},
  setMailAccount: { body: { host: 'mail.example', port: 465, tls: 'implicit', from: 'a@mail.example' } },
  checkMailAccount: {},
  getWordingRules: {},
  setWordingRules: { body: { promises: 'task' } },
  getMaskingTerms: {},
  setMaskingTerms: { body: { always: ['Project X'], never: [] } },
  getBudgets: {},
  setBudgets: { body: { settings: {} } },
  listBudgetAlerts: {},
  listAgentTemplates: {},
  listAgents: {},
  createAgent: { body: { name: 'A', template: 'answer' }, kommoIds: ['pipelineId', 'statusId'] },
  getAgent: { path: { agentId: 'agent' } },
  changeAgent: { path: { agentId: 'agent' }, body: { name: 'Forged' } },
  deleteAgent: { path: { agentId: 'agent' } },
  saveAgentDraft: {
    path: { agentId: 'agent' },
    body: { definition: { instructions: 'Forged' } },
    kommoIds: ['pipelineId', 'statusId'],
  },
  killAgent: { path: { agentId: 'agent' } },
  reviveAgent: { path: { agentId: 'agent' } },
  listAgentVersions: { path: { agentId: 'agent' } },
  getAgentVersion: { path: { agentId: 'agent' }, plain: { number: '1' } },
  compareAgentVersions: { path: { agentId: 'agent' }, plain: { from: '1', to: 'draft' } },
  listPublications: { path: { agentId: 'agent' } },
  getPublication: { path: { agentId: 'agent', publicationId: 'publication' } },
  publishAgent: { path: { agentId: 'agent' }, body: {} },
  rollBackAgent: { path: { agentId: 'agent' }, body: { version: 1 } },
  listAudit: {},
  verifyAudit: {},
};

/** Routes that anybody may call, and what stands in for a login. */
const reviewedPublic: Record<string, string> = {
  livez: 'says that the process lives',
  readyz: 'says which part fails, without detail',
  openapi: 'describes the routes',
  startConnecting: 'sends the browser to Kommo, with a state of ours',
  finishConnecting: 'a code that only Kommo can make, or an installed account loses nothing',
  finishConnectingThrough: 'as above, for one integration',
  uninstall: 'signed by Kommo',
  startSession: 'a one-time token signed by Kommo',
  receiveHook: 'an address of 192 random bits; what is posted there is only a hint of what to read',
  receiveBotStep: 'a bot token signed by Kommo',
  checkHook: 'the same address, which says nothing but that it is one',
};

interface Operation {
  operation: string;
  method: string;
  path: string;
  permission: string;
  parameters: { name: string; in: string; required: boolean }[];
  bodyFields: string[];
}

type Ids = Record<Id, string>;

describe('the identifier matrix', function () {
  // Every route times every kind of caller: more of them than half a minute takes on a busy machine.
  this.timeout(180_000);
  let harness: SharedHarness;
  let operations: Operation[];
  let admin: Session;
  let colleague: Session;
  let foreign: Session;
  let adminTokens: { ours: string; theirs: string };
  let shared: Ids;
  let own: Ids;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    operations = await readOperations(harness);
    const [ours, theirs] = harness.accounts;
    admin = await harness.session(ours);
    colleague = await harness.session(ours, 9100002);
    foreign = await harness.session(theirs);
    adminTokens = { ours: await harness.adminToken(ours), theirs: await harness.adminToken(theirs) };
    const text = '# Descaling\n\nThe descaling agent DX-5 is changed after 310 litres of water.\n';
    const document = await harness.addDocument(ours, 'descaling.md', text, 'text/markdown');
    const { source, draft, space } = await addSource(adminTokens.ours);
    const golden = await addGoldenSet(adminTokens.ours);
    shared = {
      ...(await askOnce(admin, 'shared')),
      ...(await proposeOnce(18834645)),
      fact: await rememberOnce(),
      document,
      source,
      draft,
      space,
      ...golden,
      ...(await addAgent(adminTokens.ours)),
    };
    own = { ...shared, ...(await askOnce(admin, 'private')) };
  });

  /** At rest, so that nothing goes out while the matrix is shot at. */
  async function addSource(token: string): Promise<{ source: string; draft: string; space: string }> {
    const { tid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const row = {
      tenant_id: tid,
      id: randomUUID(),
      kind: 'page',
      title: 'A page',
      state: 'ready',
      created_by: 'test',
    };
    await harness.app.db.withTenant(tid, tx => tx('sources').insert(row));
    const draft = { tenant_id: tid, id: randomUUID(), origin: 'matrix', question: 'What?', answer: 'That.' };
    await harness.app.db.withTenant(tid, tx => tx('question_drafts').insert(draft));
    const space = { tenant_id: tid, id: randomUUID(), model: 'before', dimensions: 256 };
    await harness.app.db.withTenant(tid, tx => tx('embedding_spaces').insert(space));
    return { source: row.id, draft: draft.id, space: space.id };
  }

  /** A run at rest, so that nothing is asked meanwhile. */
  async function addGoldenSet(
    token: string,
  ): Promise<Pick<Ids, 'goldenSet' | 'goldenQuestion' | 'evalRun' | 'gap'>> {
    const { tid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const ids = {
      goldenSet: randomUUID(),
      goldenQuestion: randomUUID(),
      evalRun: randomUUID(),
      gap: randomUUID(),
    };
    const at = new Date();
    const [set_id, made] = [ids.goldenSet, { tenant_id: tid, created_by: 'test' }];
    const question = { question: 'Who?', question_key: 'who', language: 'en', expected: '[]' };
    const run = { id: ids.evalRun, set_id, state: 'done', total: 0, threshold: 0.4 };
    await harness.app.db.withTenant(tid, async tx => {
      await tx('golden_sets').insert({ ...made, id: set_id, name: 'Set' });
      await tx('golden_questions').insert({ tenant_id: tid, id: ids.goldenQuestion, set_id, ...question });
      await tx('eval_runs').insert({ ...made, ...run });
      const gap = { id: ids.gap, question: 'What?', language: 'en', heat: 1, first_at: at, last_at: at };
      await tx('knowledge_gaps').insert({ tenant_id: tid, ...gap });
    });
    return ids;
  }

  /** It answers nobody: what is published of it is only a row. */
  async function addAgent(token: string): Promise<Pick<Ids, 'agent' | 'publication'>> {
    const { tid: tenant_id } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const definition = JSON.stringify({ instructions: 'Answer.' });
    const [agent, publication] = [randomUUID(), randomUUID()];
    const by = { created_by: 'test' };
    await harness.app.db.withTenant(tenant_id, async tx => {
      await tx('agents').insert({ tenant_id, id: agent, name: 'Matrix', draft: definition, ...by });
      const version = { tenant_id, agent_id: agent, number: 1, definition, digest: 'd', ...by };
      await tx('agent_versions').insert(version);
      const ended = { kind: 'publish', state: 'refused', requested_by: 'test' };
      await tx('agent_publications').insert({
        tenant_id,
        id: publication,
        agent_id: agent,
        version: 1,
        ...ended,
      });
    });
    return { agent, publication };
  }

  async function askOnce(
    session: Session,
    visibility: 'shared' | 'private',
  ): Promise<Pick<Ids, 'lead' | 'run' | 'message' | 'citation'>> {
    harness.model.script(modelStep.reply('It is changed after 310 litres [1].'));
    const lead = 18834645;
    const events = await harness.ask(session, lead, 'When is the descaling agent DX-5 changed?', {
      visibility,
    });
    const { message } = events.at(-1)?.data ?? {};
    expect(message?.run?.status, 'the answer that the matrix is built on').to.equal('done');
    return {
      lead: String(lead),
      run: message.run.id,
      message: message.id,
      citation: message.citations[0].id,
    };
  }

  async function rememberOnce(): Promise<string> {
    const answer = await harness.fetch(admin, '/v1/leads/18834645/memory', {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text: 'Remembered for the matrix' }),
    });
    return ((await answer.json()) as { id: string }).id;
  }

  async function proposeOnce(leadId: number): Promise<Pick<Ids, 'proposal' | 'group' | 'effect'>> {
    const answer = await harness.fetch(admin, `/v1/leads/${leadId}/proposals`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify(rows['propose']?.body),
    });
    const { groupId, proposals } = (await answer.json()) as {
      groupId: string;
      proposals: { id: string; digest: string }[];
    };
    const [waiting, decided] = proposals;
    if (!waiting || !decided) throw new Error('Nothing was proposed.');
    const approved = await harness.fetch(admin, `/v1/proposals/${decided.id}/approve`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify({ digest: decided.digest }),
    });
    const { effect } = (await approved.json()) as { effect: { id: string } };
    return { group: groupId, proposal: waiting.id, effect: effect.id };
  }

  const random = (): Ids => ({
    proposal: randomUUID(),
    group: randomUUID(),
    effect: randomUUID(),
    lead: String(900_000_000 + Math.floor(Math.random() * 1e6)),
    run: randomUUID(),
    message: randomUUID(),
    citation: randomUUID(),
    document: randomUUID(),
    source: randomUUID(),
    draft: randomUUID(),
    space: randomUUID(),
    goldenSet: randomUUID(),
    goldenQuestion: randomUUID(),
    evalRun: randomUUID(),
    gap: randomUUID(),
    fact: randomUUID(),
    agent: randomUUID(),
    publication: randomUUID(),
  });

  /** One call with the ids of `ids` wherever the row says, and what can be told from its answer. */
  async function call(
    operation: Operation,
    who: Session | string | null,
    ids: Ids,
    headers: Record<string, string> = {},
  ) {
    const row = rows[operation.operation] ?? {};
    const query = new URLSearchParams(operation.operation === 'searchKnowledge' ? { q: 'descaling' } : {});
    for (const [name, id] of Object.entries(row.query ?? {})) query.set(name, ids[id]);
    for (const [name, value] of Object.entries(row.plain ?? {}))
      if (!operation.path.includes(`{${name}}`)) query.set(name, value);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => {
      const id = row.path?.[name];
      if (name === 'accountId') return String(harness.accounts[0].id);
      return id ? ids[id] : (row.plain?.[name] ?? `the row lacks ${name}`);
    });
    const form = new FormData();
    if (row.file) form.append('file', new Blob(['# A\n\nfile'], { type: 'text/markdown' }), 'a.md');
    if (row.zip) {
      const zip = new Uint8Array(zipOf({ 'a.md': '# A' }));
      form.append('file', new Blob([zip], { type: 'application/zip' }), 'a.zip');
    }
    const json = JSON.stringify(row.body)?.replaceAll(/\{(\w+)\}/g, (all, kind) =>
      kind in ids ? ids[kind as Id] : all,
    );
    const body = row.file || row.zip ? form : json;
    const sent = {
      'idempotency-key': randomUUID(),
      ...(row.body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    };
    const caller =
      (row.file || row.zip) && typeof who === 'object' && who !== null ? withoutContentType(who) : who;
    const answer = await harness.fetch(caller, `${path}${query.size > 0 ? `?${query}` : ''}`, {
      method: operation.method,
      headers: sent,
      ...(body === undefined ? {} : { body }),
    });
    const { instance: _, requestId: __, ...said } = parse(await answer.text());
    return { status: answer.status, type: answer.headers.get('content-type'), said };
  }

  const hasId = ({ operation }: Operation) =>
    Object.keys({ ...rows[operation]?.path, ...rows[operation]?.query }).length > 0;
  const protectedOnes = () => operations.filter(({ operation }) => !(operation in reviewedPublic));

  it('has a row for every route, and no row too many', () => {
    expect(Object.keys(rows).sort()).to.deep.equal(operations.map(({ operation }) => operation).sort());
  });

  it('knows every parameter and every field of a body that could carry an id', () => {
    for (const { operation, parameters, bodyFields, path } of protectedOnes()) {
      const row = rows[operation] ?? {};
      const couldBeIds = parameters.filter(
        ({ name }) =>
          /id$|^before$|^after$/i.test(name) && name !== 'accountId' && !(name in (row.plain ?? {})),
      );
      for (const { name, in: where } of couldBeIds) {
        expect({ ...row.path, ...row.query }, `${operation}: ${where} ${name}`).to.have.property(name);
      }
      expect(
        bodyFields.filter(
          name => /ids?$/i.test(name) && !row.kommoIds?.includes(name) && !(name in (row.bodyIds ?? {})),
        ),
        `${operation}: ids in its body`,
      ).to.deep.equal([]);
      expect(path.match(/\{/g)?.length ?? 0, operation).to.equal(
        parameters.filter(parameter => parameter.in === 'path').length,
      );
    }
  });

  it('finds every route either with a permission or on the reviewed public list', () => {
    for (const { operation, permission } of operations) {
      if (operation in reviewedPublic) expect(['public', 'signed'], operation).to.include(permission);
      else expect(['rep', 'admin', 'operator'], operation).to.include(permission);
    }
  });

  it('answers 401 without a login, with garbage, and with a session that has ended', async () => {
    const ended = await harness.session(harness.accounts[0], 9100002);
    await endSession(ended);
    const garbage = ['nonsense', `cwo_${'x'.repeat(32)}`, `${admin.token}x`, 'null', '[object Object]'];
    for (const operation of protectedOnes()) {
      expect((await call(operation, null, shared)).status, `${operation.operation} without login`).to.equal(
        401,
      );
      expect((await call(operation, ended, shared)).said, `${operation.operation} after the end`).to.include({
        code: 'session-ended',
      });
      for (const token of garbage) {
        expect(
          (await call(operation, token, shared)).status,
          `${operation.operation} with ${token}`,
        ).to.equal(401);
      }
    }
  });

  it('takes the token from the Authorization header as a bearer and from nowhere else', async () => {
    for (const operation of protectedOnes().slice(0, 6)) {
      for (const headers of [
        { 'x-api-key': admin.token },
        { cookie: `token=${admin.token}` },
        { authorization: `Basic ${admin.token}` },
        { authorization: `Bearer ${admin.token} ${admin.token}` },
        { 'x-auth-token': admin.token },
      ]) {
        const answer = await call(operation, null, shared, {
          origin: admin.account.origin,
          ...headers,
        } as Record<string, string>);
        expect(answer.status, `${operation.operation} ${Object.keys(headers)}`).to.equal(401);
      }
    }
  });

  it('answers 401 to a session used from a page of another origin', async () => {
    for (const operation of protectedOnes()) {
      for (const origin of [foreign.account.origin, 'https://evil.example', 'null']) {
        const answer = await call(operation, { ...admin, headers: { ...admin.headers, origin } }, shared);
        expect(answer, operation.operation).to.have.property('status', 401);
      }
    }
  });

  it('answers 403 to a role that does not suffice', async () => {
    const operator = harness.app.operatorKey;
    const wrong: Record<string, (Session | string)[]> = {
      rep: [adminTokens.ours, operator],
      admin: [colleague, operator],
      operator: [admin, colleague, adminTokens.ours],
    };
    for (const operation of protectedOnes()) {
      for (const who of wrong[operation.permission] ?? []) {
        const answer = await call(operation, who, shared);
        expect(answer, operation.operation).to.deep.include({ status: 403 });
        expect(answer.said['code']).to.equal('forbidden');
      }
    }
  });

  it('answers an id of another tenant exactly as one that nobody has', async () => {
    for (const operation of operations.filter(hasId)) {
      const callers = operation.permission === 'rep' ? [foreign] : [foreign, adminTokens.theirs];
      for (const who of callers) {
        const real = await call(operation, who, shared);
        expect(real, operation.operation).to.deep.equal(await call(operation, who, random()));
        if (rows[operation.operation]?.path) expect(real.status, operation.operation).to.equal(404);
      }
    }
  });

  it("answers a colleague's private thread exactly as one that nobody has", async () => {
    const ofThreads = operations.filter(
      ({ operation, permission }) =>
        permission === 'rep' &&
        ['run', 'message', 'citation'].includes(Object.values(rows[operation]?.path ?? {})[0] ?? ''),
    );
    expect(ofThreads).to.have.length.greaterThan(5);
    for (const operation of ofThreads) {
      expect(await call(operation, colleague, own), operation.operation).to.deep.equal(
        await call(operation, colleague, random()),
      );
      expect((await call(operation, colleague, own)).status).to.equal(404);
    }
    const thread = await harness.fetch(
      colleague,
      `/v1/leads/${own.lead}/thread?visibility=private&before=${own.message}`,
    );
    expect(((await thread.json()) as { messages: unknown[] }).messages).to.deep.equal([]);
  });

  it('answers what hangs on a lead the rep may not see as if it were not there', async () => {
    const sam = await harness.session(harness.accounts[0], 9100003);
    const state = await harness.state(harness.accounts[0]);
    const hidden = state.leads.find(lead => lead.responsible_user_id !== 9100003);
    harness.model.script(modelStep.reply('It is changed after 310 litres [1].'));
    const events = await harness.ask(admin, hidden.id, 'When is the descaling agent DX-5 changed?');
    const { message } = events.at(-1)?.data ?? {};
    const ids = {
      ...shared,
      lead: String(hidden.id),
      run: message.run.id,
      message: message.id,
      citation: message.citations[0].id,
      ...(await proposeOnce(hidden.id)),
    };
    for (const operation of operations.filter(
      candidate => candidate.permission === 'rep' && hasId(candidate),
    )) {
      expect(await call(operation, sam, ids), operation.operation).to.deep.equal(
        await call(operation, sam, random()),
      );
    }
  });

  it('lets nothing of one tenant be seen or changed by all those calls', async () => {
    const kept = await harness.fetch(admin, `/v1/citations/${shared.citation}`);
    expect(((await kept.json()) as { deleted: boolean }).deleted).to.equal(false);
    const thread = (await (await harness.fetch(admin, `/v1/leads/${shared.lead}/thread`)).json()) as {
      messages: { id: string; feedback: unknown; run: { status: string } | null }[];
    };
    const answer = thread.messages.find(message => message.id === shared.message);
    expect(answer).to.deep.include({ feedback: null });
    expect(answer?.run?.status).to.equal('done');
    const theirs = await harness.fetch(adminTokens.theirs, '/v1/documents');
    const { documents } = (await theirs.json()) as { documents: { id: string }[] };
    expect(documents.map(document => document.id)).not.to.include(shared.document);
  });

  it("does not join another rep's run by using their Idempotency-Key", async () => {
    const key = randomUUID();
    const lead = Number(shared.lead);
    harness.model.script(modelStep.reply('First.'), modelStep.reply('Second.'));
    const first = await harness.ask(admin, lead, 'Same words', { key, visibility: 'private' });
    const second = await harness.ask(colleague, lead, 'Same words', { key, visibility: 'private' });
    expect(second.at(-1)?.data.message.text).to.equal('Second.');
    expect(second[0]?.data.runId).not.to.equal(first[0]?.data.runId);
    harness.model.expectDone();
  });

  async function endSession(session: Session): Promise<void> {
    const { sid, tid } = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString());
    await harness.app.db.withTenant(tid, tx =>
      tx('sessions').where({ id: sid }).update({ revoked_at: new Date() }),
    );
  }
});

async function readOperations(harness: SharedHarness): Promise<Operation[]> {
  // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI file is walked
  const file = (await (await harness.fetch(null, '/openapi.json')).json()) as any;
  const found: Operation[] = [];
  for (const [path, item] of Object.entries<Record<string, never>>(file.paths)) {
    // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI file is walked
    for (const [method, operation] of Object.entries<any>(item)) {
      const schema = operation.requestBody?.content?.['application/json']?.schema ?? {};
      found.push({
        operation: operation.operationId,
        method: method.toUpperCase(),
        path,
        permission: operation['x-permission'],
        parameters: operation.parameters,
        bodyFields: fieldsOf(schema),
      });
    }
  }
  return found;
}

function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object'
      ? Object.keys(schema.properties ?? {})
      : [];
  return [...own, ...Object.values(schema).flatMap(fieldsOf)];
}

function withoutContentType(session: Session): Session {
  const { 'content-type': _, ...headers } = session.headers;
  return { ...session, headers };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
