import { fold } from './words.ts';

/**
 * What people write to each other around a question and not about a thing: greetings, thanks, asking to be told.
 * Stop words of the stemmers are not among them. A base that holds one of these words means something by it; where
 * none does, the word says nothing about whether the question is answered.
 */
const words: Record<string, string> = {
  en: `please pls plz thanks thank thx hello hi hey sorry kindly
    say says tell tells told know knows explain describe show shows give gives help helps answer
    question ask asking wondering wonder want wants wanted need needs would could can may might shall must
    anyone anybody somebody someone something anything everything info information quickly briefly shortly
    ok okay yes guys sir madam possible possibly maybe perhaps actually really just appreciate`,
  es: `hola favor porfavor porfa gracias disculpe disculpa disculpen perdon perdona
    di dime digame diga digan decir decirme sabe sabes saben saber sepas sepa explica explicame explique explicar
    muestra muestrame ayuda ayudame ayudar ayudarme responde responder respuesta pregunta preguntar consulta
    quiero quisiera querria quiere queria necesito necesita necesitamos puedo puede puedes pueden podria podrias podrian
    podemos gustaria alguien algo informacion info saludos estimado estimados estimada quiza quizas cuentame`,
  pt: `ola oi favor porfavor obrigado obrigada desculpe desculpa diga digam dizer dizerme fale falar sabe sabem saber sei saiba explica explique explicar mostre mostrar mostra ajuda ajudar
    ajude responde responder responda resposta pergunta perguntar duvida quero queria quer gostaria preciso precisa precisamos
    posso pode podem poderia poderiam podemos alguem algo informacao informacoes info prezado prezados prezada atenciosamente
    talvez`,
  ru: `здравствуйте привет пожалуйста спасибо благодарю извините простите подскажите подскажи
    скажите скажи расскажите расскажи сообщите сообщи объясните объясни покажите покажи помогите помоги помочь ответьте ответь
    ответ ответить вопрос знаете знаешь знает знать известно узнать уточните уточнить хочу хотел хотела хотелось хотим хотели
    нужно надо можно могу может можете можешь можем мог могли интересует интересно кто-нибудь кто-то что-нибудь что-то нибудь
    информация информацию инфо уважаемые уважением заранее возможно`,
  de: `hallo hi moin servus bitte danke dank entschuldigung entschuldigen verzeihung
    sag sagen sage sagt weiss weisst wissen wisst wusste erklare erklaren erklar zeig zeige zeigen hilf hilfe helft
    antwort antworte antworten frage fragen mochte mochten will wollen wollte brauche brauchen benotige benotigen
    kann kannst konnen konnt konnte konnten konntest durfte darf wurde wurden jemand irgendjemand info infos information
    informationen grusse gruss freundliche freundlichen vielleicht eigentlich gern gerne kurz mal`,
  tr: `merhaba merhabalar selam selamlar gunaydin lutfen tesekkur tesekkurler ederim sagol sagolun pardon
    soyle soyler soyleyin soyleyiniz soylersiniz anlat anlatin anlatir biliyor biliyorsunuz biliyorsun bilir bilmek bildigini
    bildiginizi bilginiz goster gosterin gosterir yardim yardimci olur olabilir yanit yanitla yanitlayin cevap cevapla
    cevaplayin soru sorum istiyorum isterim istiyoruz lazim gerekiyor misiniz musunuz mumkun acaba birisi sayin`,
  fr: `bonjour bonsoir salut merci svp plait stp pardon excusez dites dis dire savez sais savoir expliquez explique expliquer
    montrez montre aide aidez aider reponse repondre repondez question voudrais veux voulez aimerais besoin peux peut pouvez
    pourrais pourriez quelqu un info information cordialement madame monsieur`,
  it: `ciao salve buongiorno buonasera favore grazie scusi scusa scusate dica dimmi dire sa sai sapere sapete spiega spieghi
    spiegare mostra mostri aiuto aiuti aiutare risposta rispondere risponda domanda vorrei voglio vuole serve bisogno posso puo
    potete potrebbe potrei qualcuno qualcosa info informazioni cordiali saluti gentile`,
};

/** Greetings of two words, each of which alone may be what is asked for. */
const greetings = new Set(
  `good morning, good afternoon, good evening, good day, buenos dias, buenas tardes, buenas noches, bom dia, boa tarde,
  boa noite, добрый день, добрый вечер, доброе утро, guten tag, guten morgen, guten abend, vielen dank, iyi gunler,
  iyi aksamlar, kolay gelsin, buona giornata`
    .split(',')
    .map(greeting => fold(greeting.trim())),
);

const byLanguage = new Map(
  Object.entries(words).map(([language, list]) => [
    language,
    new Set(list.split(/\s+/).filter(Boolean).map(fold)),
  ]),
);

/** Of the folded words of a text in their order, those that belong to asking rather than to what is asked for. */
export function requestWordsOf(text: string[], languages: string[]): Set<string> {
  const found = new Set(text.filter(word => languages.some(language => byLanguage.get(language)?.has(word))));
  for (const [at, word] of text.entries())
    if (greetings.has(`${text[at - 1]} ${word}`)) found.add(word).add(text[at - 1] ?? '');
  return found;
}
