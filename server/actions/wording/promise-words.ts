/**
 * How people promise, by language. A sentence with one of `always` is a promise; one with `withTime` is one when
 * it also names a time; `never` are turns of phrase that only look like one. Patterns are whole words, without
 * regard to case. To teach it a phrase, add it here and a sentence to promises.test.ts.
 */
export interface PromiseWords {
  always: string[];
  withTime: string[];
  never: string[];
}

const es1 =
  'env[ií]o|mando|llamo|paso|hago|preparo|confirmo|escribo|aviso|entrego|traigo|doy|comparto|adelanto|reenv[ií]o|remito|consigo|contesto|respondo|devuelvo|reservo|agendo|programo|visito|instalo|reparo|cambio|actualizo|reviso|consulto|averiguo|tengo (?:lista?|preparad[oa])|env[ií]amos|mandamos|llamamos|pasamos|hacemos|preparamos|confirmamos|escribimos|avisamos|entregamos|damos|compartimos|respondemos|contestamos|devolvemos|reservamos|agendamos|visitamos|instalamos|reparamos|cambiamos|revisamos';
const pt1 =
  'envio|mando|ligo|passo|fa[çc]o|preparo|confirmo|escrevo|aviso|entrego|trago|dou|compartilho|encaminho|reenvio|retorno|respondo|devolvo|reservo|agendo|marco|visito|instalo|conserto|troco|atualizo|verifico|vejo|consulto|enviamos|mandamos|ligamos|passamos|fazemos|preparamos|confirmamos|avisamos|entregamos|damos|compartilhamos|encaminhamos|retornamos|respondemos|devolvemos|reservamos|agendamos|marcamos|visitamos|instalamos|trocamos|verificamos';
const ru1 =
  'пришл(?:ю|[её]м)|отправ(?:лю|им)|вышл(?:ю|[её]м)|(?:по|пере)звон(?:ю|им)|наберу|набер[её]м|свяж(?:усь|емся)|напиш(?:у|ем)|сдела(?:ю|ем)|подготов(?:лю|им)|уточн(?:ю|им)|узна(?:ю|ем)|провер(?:ю|им)|переда(?:м|дим)|достав(?:лю|им)|привез(?:у|[её]м)|скин(?:у|ем)|кин(?:у|ем)|да(?:м|дим) (?:вам )?(?:знать|ответ|скидку)|отвеч(?:у|им)|верн(?:у|[её]м|усь|[её]мся)|(?:по|рас)счита(?:ю|ем)|оформ(?:лю|им)|закаж(?:у|ем)|(?:за)?резервиру(?:ю|ем)|заброниру(?:ю|ем)|оплач(?:у|им)|назнач(?:у|им)|соглас(?:ую|уем)|покаж(?:у|ем)|сообщ(?:у|им)|предостав(?:лю|им)|направ(?:лю|им)|выстав(?:лю|им)|заед(?:у|ем)|приед(?:у|ем)|подъед(?:у|ем)|подвез(?:у|[её]м)|установ(?:лю|им)|почин(?:ю|им)|замен(?:ю|им)|передела(?:ю|ем)|исправ(?:лю|им)|обнов(?:лю|им)|добав(?:лю|им)|подтверж(?:у|дим)|подтвержу|организу(?:ю|ем)|вышлю|поставлю|отгруз(?:им|жу)|созвонимся|пришлю';

export const promiseWords: Record<string, PromiseWords> = {
  en: {
    always: [
      "(?:i|we)(?:'ll| will| shall)(?: \\p{L}+ly| also| then| personally| just| certainly)? (?!not\\b|never\\b|be\\b|need\\b|wait\\b|see\\b|have to\\b|miss\\b|assume\\b|leave it\\b|keep that in mind\\b)\\p{L}+",
      "(?:i|we)(?:'ll| will| shall) be (?:in touch|sending|back|with you|there|calling|delivering|able to \\p{L}+ (?:it|you))",
      "(?:i am|i'm|we are|we're) going to (?!need|have|be |see|wait|miss|sleep)\\p{L}+",
      '(?:i|we) promise',
      '(?:i|we) guarantee (?:that )?(?:it|you|we|i)',
      'you have my word',
      'let me (?:get back to you|send you|come back to you)',
      "you(?:'ll| will) (?:have|get|receive|hear)\\b",
    ],
    withTime: [
      "(?:i am|i'm|we are|we're) (?:sending|calling|delivering|shipping|preparing|mailing|bringing|coming|installing|visiting|forwarding|emailing|posting|returning|refunding|paying|getting)",
      "(?:it|this|that|they|the \\p{L}+(?: \\p{L}+)?|your \\p{L}+(?: \\p{L}+)?)(?:'ll| will) be (?:sent|delivered|ready|shipped|done|finished|installed|repaired|there|with you|refunded|paid|replaced|in your inbox)",
      "(?:it|this|that|the \\p{L}+(?: \\p{L}+)?|your \\p{L}+(?: \\p{L}+)?)(?:'ll| will) (?:arrive|reach you|go out|ship)",
      'expect (?:it|our|my|the|a) \\p{L}+',
      'get back to you',
    ],
    never: [
      'looking forward',
      "(?:i|we)(?:'ll| will) be (?:happy|glad|delighted|pleased|grateful|honest)",
      "(?:i|we)(?:'ll| will) (?:let you decide|understand|stay)",
      "you(?:'ll| will) (?:have to|get used)",
    ],
  },
  es: {
    always: [
      '(?!(?:esperar|ver|ser|estar|tendr|necesitar|podr|querr|sabr|quedar|quer|requer)(?:[eé]|emos)(?![\\p{L}]))(?!quer)\\p{L}+(?:ar|er|ir|dr)(?:é|emos)',
      '(?:voy|vamos) a (?!ver\\b|ser\\b|estar\\b|necesitar\\b|tener que\\b|esperar\\b)\\p{L}+',
      '(?:lo|la|los|las|te|le|les) (?:tendr[aá]s?|recibir[aá]s?|llegar[aá])',
      '(?:recibir[aá][sn]?|tendr[aá][sn]?) (?:tu|su|el|la|los|las|una?|noticias|respuesta)',
      '(?:te|se|le|les) (?:lo |la )?promet(?:o|emos)',
      '(?:me comprometo|nos comprometemos) a',
      'estar[eé](?:mos)? (?:en contacto|ah[ií])',
    ],
    withTime: [
      `(?:(?:te|le|les|os|se|lo|la) ){0,2}(?:${es1})`,
      '(?:estar[aá]n?|quedar[aá]n?) (?:list[oa]s?|instalad[oa]s?|reparad[oa]s?|preparad[oa]s?)',
      '(?:ser[aá]n?) (?:enviad|entregad|instalad|reparad|devuelt|reembolsad)[oa]s?',
      '(?:llega|llegar[aá]|sale|saldr[aá])n?',
      '(?:lo|la|los|las) (?:tiene|tienes|recibe|recibes)',
    ],
    never: ['vamos a ver', 'ya veremos', 'eso ser[aá]', 'como (?:te|le) (?:digo|comento)'],
  },
  pt: {
    always: [
      '(?!(?:esperar|ver|ser|estar|ter|precisar|poder|querer|saber|ficar|quer|requer)(?:ei|emos)(?![\\p{L}]))(?!quer)\\p{L}+(?:ar|er|ir)(?:ei|emos)',
      '(?:vou|vamos|irei|iremos) (?:te |lhe |lhes )?(?!ver se\\b|ver\\b|ser\\b|estar\\b|precisar\\b|ter que\\b|esperar\\b|ficar\\b)\\p{L}+(?:ar|er|ir|or|-lo|-la|-lhe)',
      '(?:estou|estamos) (?:te )?(?:enviando|mandando|encaminhando) (?:amanh[ãa]|hoje|ainda)',
      '(?:voc[eê]|o senhor|a senhora|voc[eê]s) (?:receber[aá]|ter[aá]|vai (?:receber|ter))',
      '(?:te |lhe )?promet(?:o|emos)',
      '(?:me comprometo|nos comprometemos) a',
      'estarei em contato|estaremos em contato|entrarei em contato|entraremos em contato',
    ],
    withTime: [
      `(?:(?:te|lhe|lhes|o|a|j[aá]|eu|n[oó]s) ){0,2}(?:${pt1})`,
      '(?:estar[aá]|ficar[aá]|fica)(?:o|m)? pront[oa]s?',
      '(?:ser[aá]|ser[ãa]o) (?:enviad|entregu|instalad|consertad|devolvid|reembolsad)[oae]s?',
      '(?:chega|chegar[aá]|sai|sair[aá])m?',
    ],
    never: [
      '(?:ficar|estar)(?:ei|emos) (?:muito )?(?:feliz(?:es)?|contentes?|grat[oa]s?|honrad[oa]s?)',
      'vamos ver',
      'a gente v[eê]',
      'como (?:te|lhe) (?:disse|falei)',
    ],
  },
  ru: {
    always: [
      `(?<!не )(?:${ru1})`,
      '(?<!не )(?:буду|будем) (?:\\p{L}+ )?(?!рад|ждать|рады|ждём|ждем|благодар|иметь|знать|готов|нужн|нуждат|признател|спать|на связи)\\p{L}+(?:ть|ться|чь)',
      '(?:я |мы )?обеща(?:ю|ем)',
      'гарантиру(?:ю|ем), что',
    ],
    withTime: [
      '(?:вы )?получите',
      '(?:будет|будут) (?:готов|готова|готово|готовы|отправлен|отправлена|отправлено|отправлены|доставлен\\p{L}*|у вас|установлен\\p{L}*)',
      'прид(?:[её]т|ут)|приедет|доставят|привезут|отправят|установят|перезвонят|свяжутся|пришлют',
    ],
    never: ['посмотрим', 'будем рады', 'буду рад'],
  },
};
