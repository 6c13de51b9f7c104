import { fold } from './match-name.ts';

/** Stages that many accounts have, in the languages of the product: an account names them in one, its reps speak others. */
const usual: string[][] = [
  ['negotiation', 'negociación', 'negociação', 'переговоры'],
  ['initial contact', 'contacto inicial', 'contato inicial', 'первичный контакт'],
  [
    'quote sent',
    'offer sent',
    'propuesta enviada',
    'oferta enviada',
    'proposta enviada',
    'предложение отправлено',
  ],
  ['contract', 'contrato', 'договор'],
  ['closed won', 'won', 'ganado', 'ganho', 'успешно реализовано'],
  ['closed lost', 'lost', 'perdido', 'закрыто и не реализовано'],
];

/** What else a stage of this name may be called. */
export function otherNamesOf(words: string): string[] {
  const wanted = fold(words);
  return usual.filter(names => names.some(name => fold(name) === wanted)).flat();
}
