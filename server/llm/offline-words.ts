/** Everything the offline model says in its own voice. */
export interface OfflineWords {
  /** Before quotes from documents and the lead. */
  quotes: string;
  /** Before the records of the lead. */
  lead: string;
  /** Where nothing fits. */
  nothing: string;
  /** Where nothing in the document that was asked about fits. */
  nothingIn(title: string): string;
}

const words = {
  en: {
    quotes: 'No AI model is connected, so here is what the sources say, word for word:',
    lead: "No AI model is connected, so here are this lead's own records, word for word:",
    nothing:
      'No AI model is connected, and I found nothing about this in the knowledge or in this lead; please ask a colleague.',
    nothingIn: title =>
      `No AI model is connected, and I found nothing in "${title}" that fits what is written in this lead; please open the document itself.`,
  },
  es: {
    quotes:
      'No hay ningún modelo de IA conectado, así que esto es lo que dicen las fuentes, palabra por palabra:',
    lead: 'No hay ningún modelo de IA conectado, así que estos son los registros de este lead, palabra por palabra:',
    nothing:
      'No hay ningún modelo de IA conectado y no encontré nada sobre esto en el conocimiento ni en este lead; pregunta a un colega, por favor.',
    nothingIn: title =>
      `No hay ningún modelo de IA conectado y no encontré nada en «${title}» que encaje con lo escrito en este lead; abre el documento, por favor.`,
  },
  pt: {
    quotes: 'Não há nenhum modelo de IA conectado, então isto é o que dizem as fontes, palavra por palavra:',
    lead: 'Não há nenhum modelo de IA conectado, então estes são os registros deste lead, palavra por palavra:',
    nothing:
      'Não há nenhum modelo de IA conectado e não encontrei nada sobre isso no conhecimento nem neste lead; pergunte a um colega, por favor.',
    nothingIn: title =>
      `Não há nenhum modelo de IA conectado e não encontrei nada em "${title}" que combine com o que está escrito neste lead; abra o documento, por favor.`,
  },
  ru: {
    quotes: 'Модель ИИ не подключена, поэтому вот что говорят источники, слово в слово:',
    lead: 'Модель ИИ не подключена, поэтому вот записи этой сделки, слово в слово:',
    nothing:
      'Модель ИИ не подключена, и ни в базе знаний, ни в этой сделке я ничего об этом не нашёл; спросите, пожалуйста, коллегу.',
    nothingIn: title =>
      `Модель ИИ не подключена, и в документе «${title}» я не нашёл ничего, что подходит к записям этой сделки; откройте, пожалуйста, сам документ.`,
  },
} satisfies Record<string, OfflineWords>;

/** The sentences in the reader's language; English for a language that is not in the table. */
export function offlineWords(locale: string): OfflineWords {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  return Object.hasOwn(words, language) ? words[language as keyof typeof words] : words.en;
}

/** Words too common to tell sentences apart, folded. Rarity among few sources does not reveal them. */
export const stopWords: ReadonlySet<string> = new Set(
  `a about an and any are at be by can could did do does for from get give had has have he her his how i if in is it
  its long many me much my no not of often on or our please she should so soon than that the their them there they this to us was we
  were what when where which who why will with would you your
  al algo cada como con cual cuales cuando cuanta cuantas cuanto cuantos de del donde dura duran el ella ellos en es esa ese esta este
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

/** Words that frame a question about a time or a price without being its topic, folded. */
export const frameWords: ReadonlySet<string> = new Set(
  `cost costs days hours last lasts minutes months price prices take takes weeks years
  anos cuesta cuestan cobran demora demoran dias horas meses precio precios semanas tarda tardan tiempo vale
  custa custam leva levam preco precos tempo
  дней дня дни длится лет месяцев недель сроки срок стоит стоят стоимость цена цены часов`
    .split(/\s+/)
    .filter(word => word !== ''),
);
