/**
 * The one cleaning of an extracted text: what it returns is stored and cited, and never changed again.
 *
 * Composed characters (NFC), `\n` for every line end, no control characters beside tab and newline, no lone
 * surrogates, no spaces before a line end, at most one empty line in a row.
 */
export function cleanText(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u0085\u2028\u2029\f\v]/g, '\n')
    .replaceAll(loneSurrogates, '\ufffd')
    .replaceAll(invisible, '')
    .normalize('NFC')
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd();
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Controls, the soft hyphen, the byte order mark and zero-width spaces; joiners stay, emoji need them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const invisible = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\ufeff]/g;
