import type { FoundHit } from '../deps.ts';

const words: Record<string, { answer: string; asked: string; near: string }> = {
  en: { answer: '[TODO: write the answer here]', asked: 'Asked as', near: 'Nearest in the knowledge' },
  es: {
    answer: '[TODO: escriba aquí la respuesta]',
    asked: 'Preguntado así',
    near: 'Lo más cercano en el conocimiento',
  },
  pt: {
    answer: '[TODO: escreva a resposta aqui]',
    asked: 'Perguntado assim',
    near: 'O mais próximo no conhecimento',
  },
  ru: { answer: '[TODO: напишите ответ здесь]', asked: 'Как спрашивали', near: 'Ближайшее в базе знаний' },
  de: { answer: '[TODO: hier die Antwort schreiben]', asked: 'So gefragt', near: 'Das Nächste im Wissen' },
  tr: {
    answer: '[TODO: yanıtı buraya yazın]',
    asked: 'Şöyle soruldu',
    near: 'Bilgi tabanındaki en yakın yerler',
  },
};

/** What a person starts from where no model writes: the questions, and the passages that come nearest. */
export function articleTemplate(language: string, questions: string[], near: FoundHit[]): string {
  const { answer, asked, near: nearest } = words[language] ?? (words['en'] as (typeof words)[string]);
  const quoted = near.map(
    ({ title, body }) => `**${plain(title)}**\n\n${body.trim().replaceAll(/^/gm, '> ')}`,
  );
  return [
    answer,
    `## ${asked}\n\n${questions.map(question => `- ${question.replaceAll(/\s+/g, ' ')}`).join('\n')}`,
    ...(quoted.length > 0 ? [`## ${nearest}\n\n${quoted.join('\n\n')}`] : []),
  ].join('\n\n');
}

function plain(title: string): string {
  return title
    .replaceAll(/[*_`[\]<>\\]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
