import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import { InvalidInput, NotFound } from '../../kernel/index.ts';
import { receiveUpload } from '../../knowledge/index.ts';
import type { QualityDeps } from '../deps.ts';
import { toCsv } from './export.ts';
import { addFromMessage, FromMessage } from './from-message.ts';
import { readQuestions } from './import.ts';
import { NewQuestion, QuestionView, toQuestionView } from './question.ts';
import { readSet, selectQuestions } from './sets.ts';
import { missingDocuments, questionsMax, type Stored, storeQuestions } from './store-questions.ts';

const SetId = z.object({ setId: z.uuid() });
const QuestionId = z.object({ setId: z.uuid(), questionId: z.uuid() });
const shared = { tag: 'quality', permission: 'admin' } as const;
const missing = { 404: ['golden-set-not-found', 'document-not-found'] };
const Imported = z.object({ added: z.int(), changed: z.int(), unchanged: z.int() });
const Exported = z.object({ name: z.string(), questions: z.array(QuestionView) });

/** The questions of a golden set: written one by one, imported, or made from real answers. */
export function questionRoutes(deps: QualityDeps): Route[] {
  const { db } = deps;
  const answered = ({ row, outcome }: Stored) => ({
    status: outcome === 'added' ? 201 : 200,
    body: toQuestionView(row),
  });
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/golden-sets/{setId}/questions',
      operation: 'listGoldenQuestions',
      summary: 'The questions of a set, oldest first.',
      params: SetId,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(50),
        after: z.uuid().optional(),
        language: z.string().max(3).optional(),
      }),
      answers: { 200: z.object({ questions: z.array(QuestionView), next: z.uuid().nullable() }) },
      problems: missing,
      async handle({ caller, params: { setId }, query: { limit, after, language } }) {
        const tenantId = tenantOf(caller);
        const found = await db.withTenant(tenantId, async tx => {
          await readSet(tx, tenantId, setId);
          const page = { after: after ?? null, language: language ?? null, limit: limit + 1 };
          return selectQuestions(tx, tenantId, setId, page);
        });
        const questions = found.slice(0, limit);
        const next = found.length > limit ? (questions.at(-1)?.id ?? null) : null;
        return { status: 200, body: { questions, next } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/golden-sets/{setId}/questions',
      operation: 'addGoldenQuestion',
      summary: 'Add a question; the same words again change what is expected of it.',
      params: SetId,
      body: NewQuestion,
      answers: { 200: QuestionView, 201: QuestionView },
      problems: { ...missing, 409: ['golden-set-full'] },
      async handle({ caller, params: { setId }, body }) {
        const tenantId = tenantOf(caller);
        const [stored] = await db.withTenant(tenantId, tx => storeQuestions(tx, tenantId, setId, [body]));
        return answered(stored as Stored);
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/golden-sets/{setId}/questions/{questionId}',
      operation: 'deleteGoldenQuestion',
      summary: 'Take a question out of a set; runs that asked it keep their results.',
      params: QuestionId,
      answers: { 204: null },
      problems: { 404: ['golden-question-not-found'] },
      async handle({ caller, params: { setId, questionId } }) {
        const tenantId = tenantOf(caller);
        const gone = await db.withTenant(tenantId, tx =>
          tx('golden_questions').where({ tenant_id: tenantId, set_id: setId, id: questionId }).delete(),
        );
        if (gone === 0) throw new NotFound('golden question');
        return { status: 204 };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/golden-sets/{setId}/questions/from-message/{messageId}',
      operation: 'addGoldenQuestionFromMessage',
      summary: 'Make a question of a real answer: what was asked, and the spans it cited.',
      params: z.object({ setId: z.uuid(), messageId: z.uuid() }),
      body: FromMessage,
      answers: { 200: QuestionView, 201: QuestionView },
      problems: {
        404: ['golden-set-not-found', 'message-not-found', 'document-not-found'],
        409: ['message-without-question', 'golden-set-full'],
      },
      async handle({ caller, params, body, signal }) {
        return answered(await addFromMessage(deps, caller, params, body, signal));
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/golden-sets/{setId}/import',
      operation: 'importGoldenQuestions',
      summary:
        'Add the questions of a JSON, JSON lines or CSV file: all of them, or none where one is faulty.',
      params: SetId,
      bodyKind: 'multipart',
      answers: { 200: Imported },
      problems: {
        ...missing,
        409: ['golden-set-full'],
        413: ['body-too-large'],
        415: ['unsupported-media-type'],
      },
      async handle({ caller, params: { setId }, req, signal }) {
        const tenantId = tenantOf(caller);
        await db.withTenant(tenantId, tx => readSet(tx, tenantId, setId));
        const questions = readQuestions((await receiveUpload(req, deps.uploadBytesMax, signal)).bytes);
        const stored = await db.withTenant(tenantId, async tx => {
          const unknown = await missingDocuments(tx, tenantId, questions);
          if (unknown.size > 0) throw unknownDocuments(questions, unknown);
          const stored = await storeQuestions(tx, tenantId, setId, questions);
          const details = { questions: questions.length };
          const event = 'quality.questions-imported';
          await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: setId, details });
          return stored;
        });
        const count = (wanted: Stored['outcome']) => stored.filter(each => each.outcome === wanted).length;
        const body = { added: count('added'), changed: count('changed'), unchanged: count('unchanged') };
        return { status: 200, body };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/golden-sets/{setId}/export',
      operation: 'exportGoldenSet',
      summary: 'The whole set as JSON that can be imported again.',
      params: SetId,
      answers: { 200: Exported },
      problems: missing,
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await wholeSet(tenantOf(caller), params.setId),
        headers: { 'Content-Disposition': 'attachment; filename="golden-set.json"' },
      }),
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/golden-sets/{setId}/export.csv',
      operation: 'exportGoldenSetTable',
      summary: 'The whole set as a table; cells that a spreadsheet would run are escaped.',
      params: SetId,
      answers: { 200: z.string() },
      produces: 'text/csv',
      problems: missing,
      handle: async ({ caller, params }) => ({
        status: 200,
        body: toCsv((await wholeSet(tenantOf(caller), params.setId)).questions),
        headers: { 'Content-Disposition': 'attachment; filename="golden-set.csv"' },
      }),
    }),
  ];

  function wholeSet(tenantId: ReturnType<typeof tenantOf>, setId: string) {
    return db.withTenant(tenantId, async tx => {
      const { name } = await readSet(tx, tenantId, setId);
      return { name, questions: await selectQuestions(tx, tenantId, setId, { limit: questionsMax }) };
    });
  }
}

function unknownDocuments(questions: NewQuestion[], unknown: Set<string>): InvalidInput {
  const faults = questions.flatMap(({ expected }, at) =>
    expected
      .filter(({ documentId }) => documentId !== undefined && unknown.has(documentId))
      .map(() => ({ path: `questions.${at + 1}.documentId`, message: 'is no document of this account' })),
  );
  return new InvalidInput(faults.slice(0, 50));
}
