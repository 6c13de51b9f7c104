import { fold } from './words.ts';

/**
 * What people write to each other around a question and not about a thing: greetings, thanks, asking to be told.
 * Stop words of the stemmers are not among them. A base that holds one of these words means something by it; where
 * none does, the word says nothing about whether the question is answered.
 */
const words: Record<string, string> = {
  en: `please pls plz thanks thank thx hello hi hey dear good morning afternoon evening sorry kindly
    say says tell tells told know knows explain describe show shows give gives let find help helps answer
    question ask asking wondering wonder want wants wanted need needs like would could can may might shall must
    anyone anybody somebody someone something anything everything info information details quick quickly briefly shortly
    ok okay yes guys team sir madam possible possibly maybe perhaps actually really just regards appreciate`,
  es: `hola buenos buenas dias tardes noches favor porfavor porfa gracias disculpe disculpa disculpen perdon perdona
    di dime digame diga digan decir decirme sabe sabes saben saber sepas sepa explica explicame explique explicar
    muestra muestrame ayuda ayudame ayudar ayudarme responde responder respuesta pregunta preguntar consulta
    quiero quisiera querria quiere queria necesito necesita necesitamos puedo puede puedes pueden podria podrias podrian
    podemos gustaria alguien algo informacion info saludos cordial estimado estimados estimada quiza quizas cuentame`,
  pt: `ola oi bom boa dia tarde noite favor porfavor obrigado obrigada desculpe desculpa licenca
    diga digam dizer dizerme fale falar sabe sabem saber sei saiba explica explique explicar mostre mostrar mostra ajuda ajudar
    ajude responde responder responda resposta pergunta perguntar duvida quero queria quer gostaria preciso precisa precisamos
    posso pode podem poderia poderiam podemos alguem algo informacao informacoes info prezado prezados prezada atenciosamente
    voce voces talvez conte`,
  ru: `здравствуйте привет добрый день утро вечер доброе пожалуйста спасибо благодарю извините простите подскажите подскажи
    скажите скажи расскажите расскажи сообщите сообщи объясните объясни покажите покажи помогите помоги помочь ответьте ответь
    ответ ответить вопрос знаете знаешь знает знать известно узнать уточните уточнить хочу хотел хотела хотелось хотим хотели
    нужно надо можно могу может можете можешь можем мог могли интересует интересно кто-нибудь кто-то что-нибудь что-то нибудь
    информация информацию инфо уважаемые уважением заранее возможно`,
  de: `hallo hi guten gute tag morgen abend moin servus bitte danke dank vielen entschuldigung entschuldigen verzeihung
    sag sagen sage sagt weiss weisst wissen wisst wusste erklare erklaren erklar zeig zeige zeigen hilf hilfe helfen helft
    antwort antworte antworten frage fragen mochte mochten will wollen wollte brauche brauchen benotige benotigen
    kann kannst konnen konnt konnte konnten konntest durfte darf wurde wurden jemand irgendjemand info infos information
    informationen liebe lieber liebes grusse gruss freundliche freundlichen vielleicht eigentlich gern gerne kurz mal`,
  tr: `merhaba merhabalar selam selamlar gunaydin iyi gunler aksamlar lutfen tesekkur tesekkurler ederim sagol sagolun pardon
    soyle soyler soyleyin soyleyiniz soylersiniz anlat anlatin anlatir biliyor biliyorsunuz biliyorsun bilir bilmek bildigini
    bildiginizi bilginiz bilgi goster gosterin gosterir yardim yardimci olur olabilir yanit yanitla yanitlayin cevap cevapla
    cevaplayin soru sorum istiyorum isterim istiyoruz lazim gerekiyor gerek misiniz musunuz mumkun acaba birisi sayin kolay gelsin`,
  fr: `bonjour bonsoir salut merci svp plait stp pardon excusez dites dis dire savez sais savoir expliquez explique expliquer
    montrez montre aide aidez aider reponse repondre repondez question voudrais veux voulez aimerais besoin peux peut pouvez
    pourrais pourriez quelqu un info information cordialement madame monsieur`,
  it: `ciao salve buongiorno buonasera favore grazie scusi scusa scusate dica dimmi dire sa sai sapere sapete spiega spieghi
    spiegare mostra mostri aiuto aiuti aiutare risposta rispondere risponda domanda vorrei voglio vuole serve bisogno posso puo
    potete potrebbe potrei qualcuno qualcosa info informazioni cordiali saluti gentile`,
};

const byLanguage = new Map(
  Object.entries(words).map(([language, list]) => [
    language,
    new Set(list.split(/\s+/).filter(Boolean).map(fold)),
  ]),
);

/** Does a folded word belong to asking rather than to what is asked for, in one of these languages? */
export function isRequestWord(folded: string, languages: string[]): boolean {
  return languages.some(language => byLanguage.get(language)?.has(folded));
}
