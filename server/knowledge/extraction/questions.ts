import { headingEnd, headingStart, questionLevel, withoutMarks } from './draft.ts';
import { oneLine } from './table.ts';

export interface QuestionAndAnswer {
  question: string;
  answer: string;
}

const questionNames = /^(?:questions?|q|prompt|frage|preguntas?|pergunta|domanda|вопрос|soru|pertanyaan)$/i;
const answerNames =
  /^(?:answers?|a|response|reply|antwort|respuestas?|resposta|risposta|ответ|cevap|yanıt|jawaban)$/i;

/** The rows of a table whose headers name a question and an answer; null for any other table. */
export function asQuestions(headers: string[], rows: string[][]): QuestionAndAnswer[] | null {
  const question = headers.findIndex(name => questionNames.test(name.trim()));
  const answer = headers.findIndex(name => answerNames.test(name.trim()));
  if (question === -1 || answer === -1) return null;
  return rows
    .map(row => ({ question: row[question] ?? '', answer: row[answer] ?? '' }))
    .filter(pair => pair.question.trim() !== '' && pair.answer.trim() !== '');
}

/** The same of JSON records: `[{"question": …, "answer": …}]`. */
export function recordsAsQuestions(records: Record<string, unknown>[]): QuestionAndAnswer[] | null {
  const [first] = records;
  if (!first) return null;
  const names = Object.keys(first);
  const rows = records.map(record => names.map(name => String(record[name] ?? '')));
  return asQuestions(names, rows);
}

/** Each pair is a passage of its own: the question is its heading. */
export function markedQuestions(pairs: QuestionAndAnswer[]): string {
  return pairs
    .map(({ question, answer }) => {
      const asked = oneLine(withoutMarks(question));
      return `${headingStart}${questionLevel}${asked}${headingEnd}\n${withoutMarks(answer).trim()}`;
    })
    .join('\n\n');
}
