/** A longer question was not typed but pasted, a client's mail perhaps: its words are not the rep's. */
const typedMax = 600;
/** So many of a fact's words the rep has to have used. */
const shareMin = 0.6;

/**
 * Whether a fact says what the rep typed in this turn. A model may set it in a sentence of its own; but what it
 * took from a client, a document or a page shares too few words with the question, and a sentence that tells
 * somebody what to do from now on is nobody's fact, whoever it is from: both wait until a person confirms them.
 */
export function isOfTheRep(fact: string, question: string): boolean {
  if (question.length > typedMax || isInstruction(fact)) return false;
  const typed = new Set(wordsOf(question));
  const words = wordsOf(fact);
  const known = words.filter(word => typed.has(word)).length;
  return words.length > 0 && known / words.length >= shareMin;
}

/** How a text speaks to an assistant, in the languages that clients write; a false alarm costs one click. */
const instructions: RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|previous|prior|above|polic|prompt)/,
  /\b(?:from now on|in future|whenever|every time|each time)\b/,
  /\b(?:you|assistant|agent|bot|ai)\b.{0,12}\b(?:must|should|shall|have to|need to|will)\b|\b(?:system|developer) ?(?:prompt|message|note)\b/,
  /^(?:please )?(?:always|never|send|forward|approve|offer|give|tell|reveal|grant|apply|move|delete|transfer|pay|use|call|write|reply|answer)\b/,
  /\b(?:ignora|olvida|desobedece)\w*\b.{0,40}\b(?:instruc|regla|anterior|politica)|\b(?:ignore|esqueca|desconsidere)\b.{0,40}\b(?:instruc|regra|anterior|politica)/,
  /\b(?:a partir de (?:ahora|agora)|de ahora en adelante|de agora em diante|cada vez que|toda vez que|sempre que|siempre que)\b/,
  /\b(?:debes|tienes que|deberas|voce deve|tem que|tens de)\b|\b(?:el|la|o|a) (?:asistente|assistente|agente)\b.{0,12}\b(?:debe|deve)\b/,
  /^(?:por favor,? )?(?:siempre|nunca|sempre|jamais|envia|envie|aprueba|apruebe|aprova|aprove|ofrece|ofreca|da|dale|de|diga|revela|revele|mueve|mova|borra|apague|transfiere|transfira)\b/,
  /(?:игнорир|забуд|отмени).{0,40}(?:инструкц|правил|предыдущ|указан)/,
  /(?:отныне|впредь|с этого момента|каждый раз|всякий раз)/,
  /(?:ты|вы|ассистент|агент|бот) (?:долж\S+|обязан\S*)|(?:ассистент|агент|бот)у? (?:следует|надо|нужно)/,
  /^(?:пожалуйста,? )?(?:всегда|никогда|отправ|пришл|перешл|одобр|предложи|дай|дайте|скажи|раскрой|перевед|удали|напиши)/,
  /https?:\/\/|www\./,
];

function isInstruction(fact: string): boolean {
  const folded = fold(fact).replaceAll(/\s+/g, ' ').trim();
  return instructions.some(pattern => pattern.test(folded));
}

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Words that say something, cut to five letters so that endings of inflected languages meet. */
function wordsOf(text: string): string[] {
  return (fold(text).match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter(word => word.length > 3 || /\d/.test(word))
    .map(word => word.slice(0, 5));
}
