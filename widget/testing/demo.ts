import type { CitedDocument, DocumentCitation, LeadCitation } from '../api/types.ts';
import { answer, at, type Move, question } from './fake-run.ts';

const PAGE = `3. Returns and refunds

3.1 Every order can be returned within 30 days of delivery, provided that the goods are unused and in their original packaging.

3.2 Refunds are paid back to the original means of payment within 5 working days of the goods reaching our warehouse in Hamburg.

3.3 Custom-made furniture is excluded, unless it arrives damaged.`;
const QUOTE = 'Refunds are paid back to the original means of payment within 5 working days';

export const documentCitation: DocumentCitation = {
  id: 'cite-1',
  n: 1,
  kind: 'document',
  documentId: 'doc-1',
  title: 'Terms of sale 2026',
  start: 5_000 + PAGE.indexOf(QUOTE),
  end: 5_000 + PAGE.indexOf(QUOTE) + QUOTE.length,
  quote: QUOTE,
  deleted: false,
};

export const leadCitation: LeadCitation = {
  id: 'cite-2',
  n: 2,
  kind: 'lead',
  record: 'note',
  recordId: 77,
  label: 'Note by Olga Brandt',
  quote: 'Client asked twice when the refund for order 1184 will arrive.',
  at: at(1),
};

export const deletedCitation: DocumentCitation = {
  ...documentCitation,
  id: 'cite-3',
  n: 3,
  title: 'Old price list',
  deleted: true,
};

export const documentSource: CitedDocument = {
  id: 'cite-1',
  kind: 'document',
  deleted: false,
  document: { id: 'doc-1', title: 'Terms of sale 2026', versionNumber: 4, isCurrentVersion: true },
  text: `${'2. Delivery takes place from Monday to Friday. '.repeat(30)}\n\n${PAGE}\n\n${'4. Our warranty lasts two years. '.repeat(30)}`,
  textStart: 5_000 - '2. Delivery takes place from Monday to Friday. '.length * 30 - 2,
  start: documentCitation.start,
  end: documentCitation.end,
  quote: QUOTE,
  language: 'en',
};

export const suggestions = [
  { id: 's1', text: 'What is the next step with this client?' },
  { id: 's2', text: 'Summarise what was agreed so far' },
  { id: 's3', text: 'When does the client get the refund?' },
];

export const fullAnswer = `The refund is on its way: it is paid back **within 5 working days** of the goods reaching the warehouse [1]. The client has asked about it twice [2].

What you can tell them:

1. The parcel for order \`1184\` was scanned in on Monday.
2. The money goes to the original means of payment [1].

See [the tracking page](https://tracking.example.com/1184) for details.`;

export const slowAnswer = (hold: Promise<unknown>): Move[] => [
  { step: 'reading-lead' },
  { step: 'searching-knowledge' },
  { step: 'answering' },
  { say: 'The refund is on its way: it is paid back **within 5 working days** of the goods' },
  { hold },
  { say: ' reaching the warehouse [1].' },
  { cite: documentCitation },
];

export const wholeAnswer = (): Move[] => [
  { step: 'reading-lead' },
  { step: 'searching-knowledge' },
  { cite: documentCitation },
  { step: 'answering' },
  ...(fullAnswer.match(/\S+\s*/g) ?? []).map(say => ({ say })),
  { cite: leadCitation },
];

export const conversation = () => [
  question('When does the client get the refund?'),
  answer(fullAnswer, { citations: [documentCitation, leadCitation] }),
];
