/** Units of quantities: two claims agree when their number and their unit do. To add a spelling, add it here. */
export const unitWords: [unit: string, words: string][] = [
  ['minute', 'minutes?|mins?|minutos?|минут\\p{L}*|мин'],
  ['hour', 'hours?|hrs?|horas?|час(?:а|ов|ы)?'],
  ['day', 'days?|d[ií]as?|дн(?:я|ей|и)|день|сут(?:ки|ок)'],
  ['week', 'weeks?|semanas?|недел\\p{L}*'],
  ['month', 'months?|mes(?:es)?|m[eê]s(?:es)?|месяц\\p{L}*|мес'],
  ['year', 'years?|a[ñn]os?|anos?|лет|год(?:а|ов)?'],
  ['percent', '%|percent|per cent|por ?ciento|por ?cento|процент\\p{L}*'],
];

/** Money: signs and codes. Each is a currency of its own; a bare number of the CRM agrees with all of them. */
export const currencyWords =
  'us\\$|r\\$|mx\\$|ar\\$|[$€£¥₽₺₴₸]|usd|eur|gbp|mxn|brl|ars|cop|clp|pen|rub|try|euros?|dollars?|d[oó]lares|dollar|pesos?|reais|real|руб(?:л\\p{L}*|\\.)?|евро|доллар\\p{L}*|soles|lira';

/** Terms of business. A message may speak of one only where a source does. */
export const policyWords: [policy: string, words: string][] = [
  [
    'discount',
    'discount\\p{L}*|% off|price cut|rebate\\p{L}*|descuento\\p{L}*|rebaja\\p{L}*|desconto\\p{L}*|abatimento\\p{L}*|скидк\\p{L}*|скидок',
  ],
  [
    'refund',
    'refund\\p{L}*|money[- ]back|reembols\\p{L}*|devoluci[oó]n(?:es)? del dinero|estorno\\p{L}*|верн[её]м деньги|возврат\\p{L}*',
  ],
  [
    'return',
    'returns?|return (?:it|them)|devoluci[oó]n(?:es)?|devolu[çc][ãa]o|devolu[çc][õo]es|devolver(?:lo|la)?|обмен\\p{L}*',
  ],
  ['warranty', 'warrant(?:y|ies)|guarantee\\p{L}*|garant[ií]as?|garantia\\p{L}*|гаранти[яйюие]\\p{L}*'],
  [
    'free',
    'free of charge|for free|free (?:shipping|delivery|installation|trial|of)|complimentary|gratis|gratuit[oa]s?|sin (?:coste|costo|cargo)|de gra[çc]a|sem custo|бесплатн\\p{L}*',
  ],
  [
    'delivery',
    '(?:same|next)[- ]day delivery|entrega (?:inmediata|imediata|gratis)|env[ií]o inmediato|доставк\\p{L}* в тот же день',
  ],
  [
    'financing',
    'financ(?:ing|e plan)|instal?lments?|interest[- ]free|financiaci[oó]n|cuotas|meses sin intereses|parcel(?:as?|amento|ado)|sem juros|рассрочк\\p{L}*|кредит\\p{L}*',
  ],
  ['penalty', 'cancellation fee|penalt(?:y|ies)|penalizaci[oó]n|multas?|штраф\\p{L}*|неустойк\\p{L}*'],
  ['exclusive', 'best price|lowest price|price match|mejor precio|melhor pre[çc]o|лучш\\p{L}* цен\\p{L}*'],
];

/** Numbers in words, as far as people write them. */
export const numberWords: Record<string, number> = Object.fromEntries(
  [
    ['one', 'uno', 'um', 'один'],
    ['two', 'dos', 'dois', 'duas', 'два', 'две', 'двух'],
    ['three', 'tres', 'três', 'три', 'тр[её]х'],
    ['four', 'cuatro', 'quatro', 'четыре'],
    ['five', 'cinco', 'пять', 'пяти'],
    ['six', 'seis', 'шесть'],
    ['seven', 'siete', 'sete', 'семь'],
    ['eight', 'ocho', 'oito', 'восемь'],
    ['nine', 'nueve', 'nove', 'девять'],
    ['ten', 'diez', 'dez', 'десять'],
    ['eleven', 'once', 'onze', 'одиннадцать'],
    ['twelve', 'doce', 'doze', 'двенадцать'],
  ].flatMap((words, index) => words.map(word => [word, index + 1])),
);
