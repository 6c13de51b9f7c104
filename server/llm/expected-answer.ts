/** What kind of fact a question is after, so that sentences which hold one come first. */
export type ExpectedAnswer = 'duration' | 'money' | 'number';

const asked: [ExpectedAnswer, RegExp][] = [
  [
    'duration',
    /\bhow (?:long|soon|often|fast|quickly|many (?:minutes|hours|(?:working |business )?days|weeks|months|years))\b|\bwhen\b|\b(?:cuando|quando|cada cuanto|plazos?|prazos?)\b|\b[cq]uant[oa]s? (?:dias?|semanas?|mes(?:es)?|anos?|horas?|minutos?|tiempo|tempo|dura|tarda|demora|leva)|срок|когда|как (?:долго|часто|скоро|быстро)|сколько (?:дн|недел|мес|лет|час|врем|длит)/,
  ],
  [
    'money',
    /\bhow much\b|\bprices?\b|\bcosts?\b|\bprecios?\b|\bprecos?\b|\b[cq]uanto (?:me |nos |le )?(?:cuesta|custa|vale|cobra|sale|sai|pag)|\b(?:cuesta|custa)n?\b|сколько (?:стои|будет стои)|цен[аыуе]|стоимост/,
  ],
  ['number', /\bhow (?:many|far|big|heavy|large|hot|high|strong)\b|\b[cq]uant[oa]s?\b|сколько/],
];

export function expectedAnswer(foldedQuestion: string): ExpectedAnswer | null {
  return asked.find(([, pattern]) => pattern.test(foldedQuestion))?.[0] ?? null;
}

const number =
  '(?:\\d[\\d.,]*|once|twice|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|every|' +
  'una?|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|cada|' +
  'uma?|dois|duas|quatro|sete|oito|nove|dez|doze|' +
  'один|одн[аоу]|дв[аеух]{1,2}|тр[иех]{1,2}|четыре|пят[ьи]|шест[ьи]|сем[ьи]|восемь|девять|десят[ьи]|кажд[а-я]+)';
const timeUnit =
  '(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|segundos?|horas?|minutos?|dias?|semanas?|mes(?:es)?|anos?|' +
  'секунд|минут|час|день|дн[яей]|сут|недел|месяц|год|лет)';
const currency = '(?:€|\\$|£|₽|%|eur|usd|mxn|euros?|dollars?|dolares|reais|pesos|руб)';
const apart = '(?<![\\p{L}\\p{N}])';

const held: Record<ExpectedAnswer, RegExp> = {
  duration: new RegExp(
    `${apart}${number}(?:\\s+[\\p{L}-]+)?\\s*${timeUnit}|\\d:\\d\\d|(?:veces al|vezes (?:ao|por)|times a|раза? в) `,
    'u',
  ),
  money: new RegExp(`\\d\\s*${currency}|${currency}\\s*\\d|\\bfree\\b|gratis|gratuit|бесплатн`, 'u'),
  number: new RegExp(`${apart}${number}(?![\\p{L}\\p{N}])`, 'u'),
};

/** Does a folded text hold such a fact? */
export function holdsAnswer(kind: ExpectedAnswer, foldedText: string): boolean {
  return held[kind].test(foldedText);
}
