/**
 * How people promise, by language. A sentence with one of `always` is a promise; one with `withTime` is one when
 * it also names a time to come; `never` are turns of phrase that only look like one. Any other sentence that names
 * a time to come is one too, unless something of `excused` says that it tells of opening hours, of terms, or of
 * what the client is to do. Patterns are whole words, without regard to case. To teach it a phrase, add it here
 * and a sentence to promise-samples.ts.
 */
export interface PromiseWords {
  always: string[];
  withTime: string[];
  never: string[];
  excused: string[];
}

const es1 =
  'env[ií]o|mando|llamo|paso|hago|preparo|confirmo|escribo|aviso|entrego|traigo|doy|comparto|adelanto|reenv[ií]o|remito|consigo|contesto|respondo|devuelvo|reservo|agendo|programo|visito|instalo|reparo|cambio|actualizo|reviso|consulto|averiguo|tengo (?:lista?|preparad[oa])|env[ií]amos|mandamos|llamamos|pasamos|hacemos|preparamos|confirmamos|escribimos|avisamos|entregamos|damos|compartimos|respondemos|contestamos|devolvemos|reservamos|agendamos|visitamos|instalamos|reparamos|cambiamos|revisamos';
const pt1 =
  'envio|mando|ligo|passo|fa[çc]o|preparo|confirmo|escrevo|aviso|entrego|trago|dou|compartilho|encaminho|reenvio|retorno|respondo|devolvo|reservo|agendo|marco|visito|instalo|conserto|troco|atualizo|verifico|vejo|consulto|enviamos|mandamos|ligamos|passamos|fazemos|preparamos|confirmamos|avisamos|entregamos|damos|compartilhamos|encaminhamos|retornamos|respondemos|devolvemos|reservamos|agendamos|marcamos|visitamos|instalamos|trocamos|verificamos';
const ru1 =
  'пришл(?:ю|[её]м)|отправ(?:лю|им)|вышл(?:ю|[её]м)|(?:по|пере)звон(?:ю|им)|наберу|набер[её]м|свяж(?:усь|емся)|напиш(?:у|ем)|сдела(?:ю|ем)|подготов(?:лю|им)|уточн(?:ю|им)|узна(?:ю|ем)|провер(?:ю|им)|переда(?:м|дим)|достав(?:лю|им)|привез(?:у|[её]м)|скин(?:у|ем)|кин(?:у|ем)|да(?:м|дим) (?:вам )?(?:знать|ответ|скидку)|отвеч(?:у|им)|ответим|верн(?:у|[её]м|усь|[её]мся)|(?:по|рас)счита(?:ю|ем)|оформ(?:лю|им)|закаж(?:у|ем)|(?:за)?резервиру(?:ю|ем)|заброниру(?:ю|ем)|оплач(?:у|им)|назнач(?:у|им)|соглас(?:ую|уем)|покаж(?:у|ем)|сообщ(?:у|им)|предостав(?:лю|им)|направ(?:лю|им)|выстав(?:лю|им)|заед(?:у|ем)|приед(?:у|ем)|подъед(?:у|ем)|подвез(?:у|[её]м)|установ(?:лю|им)|почин(?:ю|им)|замен(?:ю|им)|передела(?:ю|ем)|исправ(?:лю|им)|обнов(?:лю|им)|добав(?:лю|им)|подтверж(?:у|дим)|подтвержу|организу(?:ю|ем)|вышлю|поставлю|отгруз(?:им|жу)|созвонимся|пришлю';

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
      "(?<!\\byou )(?:will|'ll|should|(?:is|are) going to) (?!you\\b|not\\b|never\\b|need\\b|be (?:closed|open|out of|on holiday|away|happy|glad|a |an )|remain\\b|have to\\b|see\\b|wait\\b)\\p{L}+",
      '(?:count on|rest assured|leave it (?:with|to) me|consider it done)',
    ],
    never: [
      'looking forward',
      "(?:i|we)(?:'ll| will) be (?:happy|glad|delighted|pleased|grateful|honest)",
      "(?:i|we)(?:'ll| will) (?:let you decide|understand|stay)",
      "you(?:'ll| will) (?:have to|get used)",
    ],
    excused: [
      'lasts?|takes?|valid|expires?|ends?|begins?|starts?|clos(?:es?|ed|ing)|open(?:s|ed|ing)?|holiday|until|till|since|between|available|free|busy',
      'hope|sale|offer|promotion|course|event|come|visit us|drop in|includ\\p{L}*|see you|talk to you|speak to you|have a (?:nice|good|great)|happy|welcome|thank\\p{L}*|please|kindly|looking forward',
      'you (?:can|may|have|must|need|should|could|might|want|prefer|said|asked)|can you|could you|let (?:me|us) know|if you',
      "(?:is|are|was|were|'s) (?:on|at|from|in|scheduled|due|set|booked|planned|a|an)|appointment|deadline",
      'warranty|guarantee|price|costs?|paid|monthly|per|every|each|would|could|might|maybe|perhaps',
      "not|never|no|cannot|\\p{L}+n't|out of office|out of the office|sent|delivered|called|wrote",
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
      `(?:se|te|os) (?:lo|la|los|las) (?:${es1})`,
    ],
    withTime: [
      `(?:(?:te|le|les|os|se|lo|la) ){0,2}(?:${es1})`,
      '(?:estar[aá]n?|quedar[aá]n?) (?:list[oa]s?|instalad[oa]s?|reparad[oa]s?|preparad[oa]s?)',
      '(?:ser[aá]n?) (?:enviad|entregad|instalad|reparad|devuelt|reembolsad)[oa]s?',
      '(?:llega|llegar[aá]|saldr[aá])n?',
      '(?:lo|la|los|las) (?:tiene|tienes|recibe|recibes)',
      '(?:tiene|tienes) (?:la|su|tu|el) (?:respuesta|presupuesto|propuesta|pedido|factura|contrato)',
      '(?!(?:cerr|abr|ser|estar|podr|deber|tendr)(?:ar|er|ir|r)?[aá]n?(?![\\p{L}]))\\p{L}+(?:ar|er|ir|dr)(?:á|án)',
      'estar[aá]n? (?:en su|en tu|con usted|contigo)',
      '(?:nos ponemos|me pongo|nos encargamos|me encargo|cuente con|cuenta con|procedemos|lo (?:resuelvo|resolvemos|soluciono|solucionamos))',
      '(?:te|le|les|os) (?:llama|env[ií]a|manda|visita|entrega|escribe|contacta|pasa)n?',
    ],
    never: ['vamos a ver', 'ya veremos', 'eso ser[aá]', 'como (?:te|le) (?:digo|comento)'],
    excused: [
      'dura|tarda|v[aá]lid[oa]|vence|termina|acaba|empieza|comienza|cierra|cerramos|abre|abrimos|abiert[oa]s?|cerrad[oa]s?|festivo|vacaciones|hasta|desde|entre|disponibles?|libre',
      'encantad[oa]s?|espero|esperando|oferta|promoci[oó]n|programad[oa]s?|agendad[oa]s?|nos vemos|hablamos|buen(?:os|as|a)?|feliz|gracias|por favor|bienvenid[oa]s?|(?:le|te|os|les) (?:esperamos|espero)|quedo|a la espera',
      'puedes?|pueden|podr[ií]as?|puedo|tienes?|tiene|debes?|debe|necesitas?|necesita|env[ií]e\\p{L}*|m[aá]nde\\p{L}*|venga|vengan|pase|p[aá]sese|ll[aá]m[ea]\\p{L}*|av[ií]se\\p{L}*|conf[ií]rme\\p{L}*|si (?:usted|quieres?|puedes?|le|te)|d[ií]game',
      '(?:es|son|era|fue|ser[aá]) (?:el|la|un|una|a|de|festivo)|cita|plazo',
      'garant[ií]a|precio|cuesta|cuestan|cuotas?|mensual(?:es)?|cada|quiz[aá]s?|tal vez',
      'no|nunca|ni|tampoco|envi[eé]|mand[eé]|llam[eé]',
    ],
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
      '(?!(?:fechar|abrir|ser|poder|dever|ter)(?:[aá]|[ãa]o)(?![\\p{L}]))\\p{L}+(?:ar|er|ir)(?:á|ão)',
      '(?:vai|v[ãa]o) (?:te |lhe |lhes )?(?:ligar|enviar|mandar|entregar|passar|visitar|instalar|retornar|responder|chegar|escrever|buscar|levar)',
      '(?:a gente|ele|ela|o (?:entregador|t[eé]cnico|motoboy|vendedor|gerente)|meu colega|minha colega) (?:te |lhe )?(?:envia|manda|liga|entrega|passa|visita|instala|retorna|responde|leva|resolve|busca)',
      '(?:deixa|deixe) comigo|pode deixar|pode contar|resolvo|resolvemos|providencio|providenciamos|dou um retorno',
    ],
    never: [
      '(?:ficar|estar)(?:ei|emos) (?:muito )?(?:feliz(?:es)?|contentes?|grat[oa]s?|honrad[oa]s?)',
      'vamos ver',
      'a gente v[eê]',
      'como (?:te|lhe) (?:disse|falei)',
    ],
    excused: [
      'dura|demora|v[aá]lid[oa]|vence|termina|acaba|come[çc]a|fecha|fechamos|abre|abrimos|abert[oa]s?|fechad[oa]s?|feriado|f[eé]rias|desde|entre|dispon[ií]ve(?:l|is)|livre|at[eé] (?:mais|logo|amanh[ãa][.!]?$)|at[eé] (?:segunda|ter[çc]a|quarta|quinta|sexta) para',
      'espero|esperando|promo[çc][ãa]o|agendad[oa]s?|marcad[oa]s?|nos vemos|falamos|bo[am]|bons?|feliz|obrigad[oa]|por favor|bem-?vind[oa]s?|esperamos|aguardo|aguardamos|fico no',
      'pode|podem|poderia|posso|voc[eê] tem|tem at[eé]|deve|precisa|envie|mande|venha|passe|passar|ligue|avise|confirme|se (?:voc[eê]|quiser|puder)|me diga|prefere',
      '(?:[eé]|s[ãa]o|era|foi|ser[aá]) (?:na|no|o|a|um|uma|de|feriado)|visita [eé]|prazo|atendemos|funcionamos',
      'garantia|pre[çc]o|custa|parcelas?|mensal|cada|talvez',
      'n[ãa]o|nunca|nem|enviei|mandei|liguei',
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
      'прид(?:[её]т|ут)|(?:под|при|за)ед(?:ет|ут)|доставят|привезут|отправят|установят|перезвонят|свяжутся|пришлют|позвонят|напишут|ответят|сделают|подготовят',
      '(?<!не )(?:(?:по|пере)звонит|доставит|привез[её]т|пришл[её]т|отправит|вышлет|свяжется|напишет|ответит|сделает|подготовит|установит|починит|заменит|передаст|сообщит)',
      '(?:всё|все) будет (?:готово|сделано|у вас)|постара(?:юсь|емся) \\p{L}+|вс[её] сдела(?:ю|ем)',
    ],
    never: ['посмотрим', 'будем рады', 'буду рад'],
    excused: [
      'длится|действует|истекает|заканчивается|кончается|начинается|закрыт\\p{L}*|открыт\\p{L}*|работаем|выходной|праздник|отпуск\\p{L}*|с \\p{L}+ по|между|свободн\\p{L}*|доступн\\p{L}*',
      'жду|акция|предложение действует|запланирован\\p{L}*|курс|до завтра|до встречи|увидимся|до свидания|хорош\\p{L}*|спасибо|пожалуйста|жд[её]м|будем рады|добро пожаловать',
      'можете|можно|могли|у вас есть|нужно|должны|приходите|пришлите|отправьте|позвоните|напишите|сообщите|подтвердите|заходите|если вы|удобно|хотите',
      'встреча|срок|ваш визит|назначен\\p{L}*',
      'гарантия|гарантии|цена|стоит|рассрочк\\p{L}*|каждый|возможно|может быть',
      'не|нет|ни|никогда|отправили|отправил\\p{L}*|прислали',
    ],
  },
};
