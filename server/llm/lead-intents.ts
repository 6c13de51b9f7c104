/** What people ask about the lead itself; each is answered with records of the lead. */
export type LeadIntent = 'client-asked' | 'overdue' | 'agreed' | 'next-step' | 'summary';

/**
 * How people ask it, in folded words (see terms.ts). The order decides where several fit: the client's wish
 * before the next step before the summary, because "summarise what the client asked" wants the former. What
 * begins with ^ is a suggested question with a name in it, which must not be read for other words.
 */
const intents: [LeadIntent, RegExp[]][] = [
  [
    'client-asked',
    [
      /^what did .+ (?:ask|want|write|say|need|request)\b/,
      /^[¿ ]*que fue lo ultimo que (?:nos |me )?(?:pidi|pregunt|escrib|dij|solicit|quer)/,
      /^qual foi (?:o ultimo pedido|a ultima (?:pergunta|mensagem)) d/,
      /^(?:о чем|что|чего) в последний раз /,
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
    'overdue',
    [
      /\boverdue\b.{0,10}\btasks?\b|\btasks?\b.{0,20}\b(?:overdue|late)\b/,
      /\b(?:tareas?|tarefas?)\b.{0,20}\b(?:atrasad|vencid)/,
      /просроч.{0,12}задач|задач.{0,20}просроч/,
    ],
  ],
  [
    'agreed',
    [
      /\b(?:we|i)\b.{0,20}\b(?:promis|agree|commit)|\bwhat (?:was|has been) (?:promis|agree)/,
      /\b(?:hemos|he|se|fue|foi|temos) (?:ha )?(?:ya |ja )?(?:prometid|acordad|combinad)|\b(?:prometimos|prometemos|acordamos|combinamos|quedamos)\b/,
      /(?:мы|я|было).{0,12}(?:обеща|договор)/,
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
      /\bresum(?:en|e|eme|ir|a|o|ao|indo)\b|\bresumeme\b|\b(?:historial|historico) (?:de|del|do|da|deste|desse|dele) (?:lead|cliente|negocio|contacto|contato)\b/,
      /\b(?:sobre|de) (?:este|esta|esse|essa) (?:lead|cliente|negocio|venda)\b|\bquien es (?:este|el) (?:lead|cliente)\b|\bquem e (?:este|esse|o) (?:lead|cliente)\b/,
      /кратк\S* (?:о|об|содерж|переска|опис|излож|расска)|резюмир|сводк\S* (?:по|о|об)|суммир|подытож|подведи итог|расскажи.{0,12}(?:сделк|клиент|лид)|что за клиент|кто (?:этот )?клиент|что (?:происход|случил)/,
    ],
  ],
];

export function leadIntent(foldedQuestion: string): LeadIntent | null {
  return intents.find(([, patterns]) => patterns.some(pattern => pattern.test(foldedQuestion)))?.[0] ?? null;
}

const aboutDocument =
  /^[¿\s]*(?:what (?:does|in)|que dice|qué dice|o que(?: diz)?|что (?:говорит )?в(?: документе)?)\s+["«“](?<title>.+)["»”](?<rest>[^"«»“”]*)$/iu;

/** The title in a question such as: What does "Price list" say that matters for this client? Else null. */
export function askedTitle(question: string): string | null {
  const { title, rest } = aboutDocument.exec(question.trim())?.groups ?? {};
  return title && /client|клиент/i.test(rest ?? '') ? title.trim() : null;
}

const promise: RegExp[] = [
  /\bpromis|\bguarant|\bconfirm|\bagree|\bapprov|\bcommit|\b(?:i|we)(?: wi|['’])ll\b|\bsen(?:t|d|ding)\b|\bquote|\boffer|\bvalid\b|\breserv|\blet me\b|\bi can\b|\bincluded\b/,
  /\bpromet|\bgaranti|\bacord|\bacuerd|\bcombin|\baprob|\baprov|\benvi[aoe]|\bcotiz|\boferta|\bproposta|\borcamento|\bvigen|\bincluy|\bincluid|\b(?:vamos|voy|vou) a?\b|\w{3}(?:aremos|eremos|iremos)\b/,
  /обеща|гарант|подтвер|договор|соглас|отправ|пришл|вышл|предлож|скидк|включ|будет|забронир/,
];

/** Does a text bind us: does it promise, offer, confirm or send something? */
export function promises(foldedText: string): boolean {
  return promise.some(pattern => pattern.test(foldedText));
}
