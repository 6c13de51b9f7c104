/** Everything the offline model says in its own voice, and the words it listens for. */
export interface OfflineWords {
  /** Before quotes from documents and the lead. */
  quotes: string;
  /** Before the records of the lead. */
  lead: string;
  /** Where nothing fits. */
  nothing: string;
}

const words = {
  en: {
    quotes: 'No AI model is connected, so here is what the sources say, word for word:',
    lead: "No AI model is connected, so here are this lead's own records, word for word:",
    nothing:
      'No AI model is connected, and I found nothing about this in the knowledge or in this lead; please ask a colleague.',
  },
  es: {
    quotes:
      'No hay ningún modelo de IA conectado, así que esto es lo que dicen las fuentes, palabra por palabra:',
    lead: 'No hay ningún modelo de IA conectado, así que estos son los registros de este lead, palabra por palabra:',
    nothing:
      'No hay ningún modelo de IA conectado y no encontré nada sobre esto en el conocimiento ni en este lead; pregunta a un colega, por favor.',
  },
  pt: {
    quotes: 'Não há nenhum modelo de IA conectado, então isto é o que dizem as fontes, palavra por palavra:',
    lead: 'Não há nenhum modelo de IA conectado, então estes são os registros deste lead, palavra por palavra:',
    nothing:
      'Não há nenhum modelo de IA conectado e não encontrei nada sobre isso no conhecimento nem neste lead; pergunte a um colega, por favor.',
  },
  ru: {
    quotes: 'Модель ИИ не подключена, поэтому вот что говорят источники, слово в слово:',
    lead: 'Модель ИИ не подключена, поэтому вот записи этой сделки, слово в слово:',
    nothing:
      'Модель ИИ не подключена, и ни в базе знаний, ни в этой сделке я ничего об этом не нашёл; спросите, пожалуйста, коллегу.',
  },
} satisfies Record<string, OfflineWords>;

/** The sentences in the reader's language; English for a language that is not in the table. */
export function offlineWords(locale: string): OfflineWords {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  return Object.hasOwn(words, language) ? words[language as keyof typeof words] : words.en;
}

export type LeadIntent = 'summary' | 'next-step' | 'client-asked';

/**
 * How people ask about the lead itself, in folded words (see terms.ts): the client's wish before the next step
 * before the summary, because "summarise what the client asked" wants the former.
 */
const intents: [LeadIntent, RegExp[]][] = [
  [
    'client-asked',
    [
      /\bwhat (?:did|does|do|has|have|is|was|are|were) (?:the |this |my |our )?(?:client|customer|contact|lead|buyer|he|she|they)\b.{0,12}\b(?:ask|want|writ|wrot|said|say|need|request|look|interest)/,
      /\b(?:last|latest|recent) messages?\b|\b(?:ultimos?|ultimas?) (?:mensajes?|mensage(?:m|ns))\b/,
      /\bque (?:nos |le |ha |me )*(?:pregunt|pidi|pide|quier|quer|escrib|dij|dice|dicho|necesit|solicit|pedi)\w* (?:(?:el|la|este|esta|o|a) )?(?:cliente|contacto|lead)\b/,
      /\bque (?:(?:o|a|el|este|esse|esta) )?(?:cliente|contato|contacto|lead) (?:nos |ha )*(?:pregunt|pergunt|pidi|pide|pedi|quier|quer|escrib|escrev|dij|diss|diz|dice|necesit|precis|solicit)/,
      /(?:что|чего|чем|какой вопрос).{0,20}(?:спр[ао]ш|спрос|прос|хоч|хотел|писал|сказал|интерес|нуж).{0,12}клиент/,
      /(?:что|чего|чем).{0,12}клиент.{0,12}(?:спр[ао]ш|спрос|прос|хоч|хотел|писал|сказал|интерес|нуж)/,
      /последн\S* сообщен/,
    ],
  ],
  [
    'next-step',
    [
      /\bnext (?:steps?|actions?|moves?)\b|\bwhat(?: should| do| must)? (?:i|we) do (?:next|now)\b|\bfollow[ -]?up\b|\b(?:open|pending) tasks?\b|\bto-?do list\b/,
      /\b(?:proxim[oa]s?|siguientes?) (?:pasos?|passos?|accion|acciones|acoes|acao|etapas?)\b|\b(?:pasos?|passos?) (?:siguientes?|seguintes?)\b/,
      /\bque (?:debo|hago|faco|devo|hacemos|fazemos|hay que|tengo que|tenho que)\b.{0,10}\b(?:ahora|agora|hacer|fazer)\b|\btarefas? (?:abert|pendent)|\btareas? (?:abiert|pendient)/,
      /следующ\S* (?:шаг|действ)|что (?:мне |нам )?(?:делать|дальше)|(?:открыт|текущ)\S* задач/,
    ],
  ],
  [
    'summary',
    [
      /\bsummar(?:y|i[sz]e)\b|\brecap\b|\bbrief me\b|\btl ?dr\b|\boverview of (?:this|the) (?:lead|deal|client|customer)\b/,
      /\b(?:tell me )?about (?:this|the) (?:lead|deal|client|customer)\b|\bwho is (?:this|the) (?:lead|client|customer|contact)\b|\bwhat (?:happened|is going on|s going on)\b/,
      /\bresum(?:en|e|eme|ir|a|o|ao|indo)\b|\b(?:historial|historico) (?:de|del|do|da|deste|desse|dele) (?:lead|cliente|negocio|contacto|contato)\b/,
      /\b(?:sobre|de) (?:este|esta|esse|essa) (?:lead|cliente|negocio|venda)\b|\bquien es (?:este|el) (?:lead|cliente)\b|\bquem e (?:este|esse|o) (?:lead|cliente)\b/,
      /кратк\S* (?:о|об|содерж|переска|опис|излож)|резюмир|сводк\S* (?:по|о|об)|суммир|подытож|подведи итог|расскажи.{0,12}(?:сделк|клиент|лид)|что за клиент|кто (?:этот )?клиент|что (?:происход|случил)/,
    ],
  ],
];

export function leadIntent(foldedQuestion: string): LeadIntent | null {
  return intents.find(([, patterns]) => patterns.some(pattern => pattern.test(foldedQuestion)))?.[0] ?? null;
}

/** What a record is titled that answers an intent, in folded words; a summary takes them as they come. */
const wantedTitles: Record<LeadIntent, RegExp> = {
  'next-step': /\btask|\btare[af]|\btodo|\bnext|задач|\bnote|\bnota|примечан|заметк/,
  'client-asked':
    /\bmessage|\bmensaje|\bmensage|\bclient|\bcustomer|\bchat|\bincoming|\bentrante|\brecebid|сообщен|клиент|чат|входящ/,
  summary: /(?:)/,
};

export function fitsIntent(intent: LeadIntent, foldedTitle: string): boolean {
  return wantedTitles[intent].test(foldedTitle);
}

/** Words too common to tell sentences apart, folded. Rarity among few sources does not reveal them. */
export const stopWords: ReadonlySet<string> = new Set(
  `a about an and any are at be by can could did do does for from get give had has have he her his how i if in is it
  its many me much my no not of on or our please she should so than that the their them there they this to us was we
  were what when where which who why will with would you your
  al algo como con cual cuales cuando cuanta cuantas cuanto cuantos de del donde el ella ellos en es esa ese esta este
  estan estas esto estos fue ha hace han hay la las le les lo los mas me mi muy nos o para pero por porque puede pueden
  puedo que quien se ser si sin sobre son su sus te tiene tienen tu un una uno y ya
  ao aos as ate com da das do dos e ela ele eles em entre essa esse foi isso isto mais mas meu minha na nao nas no nos
  num numa os ou pela pelo pode podem posso qual quais quando quanta quanto quantos onde quem sao se sem seu seus sua
  suas tem voce voces
  а без бы был была были было быть в вам вас ваш ваша ваши во вот все вы где да для до его ее если есть еще же за и из
  или им их к как какая какие какой какое ко когда кто ли меня мне можно мы на над нам нас не нет ни но о об он она они
  от по под при про с сколько со так там то только ты у уже что чтобы эта эти это я`
    .split(/\s+/)
    .filter(word => word !== ''),
);
