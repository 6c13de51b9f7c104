import { z } from 'zod';
import { storable } from '../../kernel/index.ts';
import { languageOf } from '../../knowledge/index.ts';

const text = (most: number) => z.string().max(most).transform(storable).pipe(z.string().min(1));

/** Where the answer stands. `document` is a title or a file name: what survives a move to another account. */
export const Expected = z
  .object({
    documentId: z.uuid().optional(),
    externalId: text(200).optional(),
    document: text(200).optional(),
    /** Words of the passage that answers. */
    quote: text(2_000).optional(),
  })
  .refine(given => Object.values(given).some(value => value !== undefined), {
    message: 'must name a document, or quote it',
  });
export type Expected = z.output<typeof Expected>;

export const NewQuestion = z
  .object({
    question: text(2_000),
    /** Told from the question unless given. */
    language: z
      .string()
      .regex(/^[a-z]{2,3}$/, 'must be a code such as en')
      .optional(),
    expected: z.array(Expected).max(20).default([]),
    /** Strings that have to stand in the answer, and in the passage where nothing else is expected. */
    facts: z.array(text(500)).max(20).default([]),
    /** Nothing in the knowledge answers it, and the agent should say so. */
    noAnswer: z.boolean().default(false),
  })
  .refine(({ expected, facts, noAnswer }) => noAnswer === (expected.length === 0 && facts.length === 0), {
    message: 'must either expect something, or say noAnswer',
    path: ['noAnswer'],
  });
export type NewQuestion = z.output<typeof NewQuestion>;

export const QuestionView = z.object({
  id: z.uuid(),
  question: z.string(),
  language: z.string(),
  expected: z.array(
    z.object({
      documentId: z.uuid().optional(),
      externalId: z.string().optional(),
      document: z.string().optional(),
      quote: z.string().optional(),
    }),
  ),
  facts: z.array(z.string()),
  noAnswer: z.boolean(),
  /** The answer it was made from. */
  messageId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type QuestionView = z.output<typeof QuestionView>;

export interface QuestionRow {
  id: string;
  question: string;
  question_key: string;
  language: string;
  expected: Expected[];
  facts: string[];
  message_id: string | null;
  created_at: Date;
  updated_at: Date;
}

export function toQuestionView(row: QuestionRow): QuestionView {
  return {
    id: row.id,
    question: row.question,
    language: row.language,
    expected: row.expected,
    facts: row.facts,
    noAnswer: row.expected.length === 0 && row.facts.length === 0,
    messageId: row.message_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** What a stored question consists of, without who made it when. */
export function contentOf(given: NewQuestion) {
  return {
    question: given.question,
    question_key: keyOf(given.question),
    language: given.language ?? languageOf(given.question) ?? 'und',
    expected: JSON.stringify(given.expected),
    facts: given.facts,
  };
}

function keyOf(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}]+/gu, ' ')
    .trim()
    .slice(0, 600);
}
