import type { Tx } from '../../db/index.ts';
import { NotFound, newId, type TenantId } from '../../kernel/index.ts';
import { GoldenSetFull } from '../errors.ts';
import { contentOf, type NewQuestion, type QuestionRow } from './question.ts';

export const questionsMax = 5_000;

export interface Stored {
  row: QuestionRow;
  outcome: 'added' | 'changed' | 'unchanged';
}

/**
 * Puts questions into a set. One that is there already, in the same words, takes on what is expected now; so
 * the same file twice changes nothing.
 *
 * @throws NotFound for a set or a document that is not this tenant's, GoldenSetFull
 */
export async function storeQuestions(
  tx: Tx,
  tenantId: TenantId,
  setId: string,
  given: NewQuestion[],
  messageId: string | null = null,
): Promise<Stored[]> {
  // Whoever adds to the same set waits here, so that the count holds.
  const set = await tx('golden_sets').where({ tenant_id: tenantId, id: setId }).forUpdate().first('id');
  if (!set) throw new NotFound('golden set');
  const missing = await missingDocuments(tx, tenantId, given);
  if (missing.size > 0) throw new NotFound('document');
  const stored: Stored[] = [];
  for (const question of given) stored.push(await storeQuestion(tx, tenantId, setId, question, messageId));
  const count = await tx('golden_questions')
    .where({ tenant_id: tenantId, set_id: setId })
    .count<{ n: string }[]>('* as n');
  if (Number(count[0]?.n) > questionsMax) throw new GoldenSetFull(questionsMax);
  await tx('golden_sets').where({ tenant_id: tenantId, id: setId }).update({ updated_at: tx.fn.now() });
  return stored;
}

async function storeQuestion(
  tx: Tx,
  tenantId: TenantId,
  setId: string,
  question: NewQuestion,
  messageId: string | null,
): Promise<Stored> {
  const content = contentOf(question);
  const place = { tenant_id: tenantId, set_id: setId, question_key: content.question_key };
  const known: QuestionRow | undefined = await tx('golden_questions').where(place).first();
  if (!known) {
    const id = newId();
    const [row] = await tx('golden_questions')
      .insert({ ...place, ...content, id, message_id: messageId })
      .returning<QuestionRow[]>('*');
    return { row: row as QuestionRow, outcome: 'added' };
  }
  const same =
    known.question === content.question &&
    known.language === content.language &&
    sorted(known.expected) === sorted(question.expected) &&
    JSON.stringify(known.facts) === JSON.stringify(content.facts);
  if (same) return { row: known, outcome: 'unchanged' };
  const [row] = await tx('golden_questions')
    .where(place)
    .update({ ...content, updated_at: tx.fn.now() })
    .returning<QuestionRow[]>('*');
  return { row: row as QuestionRow, outcome: 'changed' };
}

/** The database keeps the members of JSON in an order of its own. */
function sorted(expected: object[]): string {
  return JSON.stringify(expected.map(each => Object.entries(each).sort(([a], [b]) => a.localeCompare(b))));
}

/** Which of the documents that are named by id are not there. */
export async function missingDocuments(
  tx: Tx,
  tenantId: TenantId,
  given: Pick<NewQuestion, 'expected'>[],
): Promise<Set<string>> {
  const ids = new Set(
    given.flatMap(({ expected }) => expected.flatMap(({ documentId }) => documentId ?? [])),
  );
  if (ids.size === 0) return ids;
  const found = await tx('documents')
    .where({ tenant_id: tenantId })
    .whereNot({ state: 'deleted' })
    .whereIn('id', [...ids])
    .select('id');
  for (const { id } of found) ids.delete(id);
  return ids;
}
