import { Unreadable } from './unreadable.ts';

/**
 * The text of a file without saying how it is encoded: a byte order mark decides, then UTF-8 if the bytes
 * are valid, then a declared encoding (HTML's meta), then the likeliest Windows code page.
 *
 * @throws Unreadable with `document-encoding` for bytes that are no text in any of these
 */
export function decodeText(bytes: Uint8Array, declared: string | null = null): string {
  const marked = byteOrderMark(bytes);
  const text =
    marked === null
      ? (decodeStrictly(bytes, 'utf-8') ??
        (declared === null ? null : decodeStrictly(bytes, declared)) ??
        decodeStrictly(bytes, likelyCodePage(bytes)))
      : decodeStrictly(bytes, marked);
  if (text === null || looksBinary(text)) {
    throw new Unreadable(
      'document-encoding',
      'The text is in an encoding we do not know. Save the file as UTF-8 and upload it again.',
    );
  }
  return text;
}

function byteOrderMark(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return null;
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Cyrillic words are runs of high bytes; in Western and Turkish words a high byte stands among ASCII letters.
 * Turkish differs from Western in six places, which Western languages but Icelandic leave empty.
 */
function likelyCodePage(bytes: Uint8Array): string {
  let high = 0;
  let runs = 0;
  let turkish = 0;
  let before = 0;
  for (const byte of bytes.subarray(0, 1_000_000)) {
    if (byte >= 0xc0) {
      high += 1;
      if (before < 0xc0) runs += 1;
      if (turkishBytes.has(byte)) turkish += 1;
    }
    before = byte;
  }
  if (runs > 0 && high / runs >= 2.2) return 'windows-1251';
  return turkish * 4 > high ? 'windows-1254' : 'windows-1252';
}

const turkishBytes = new Set([0xd0, 0xdd, 0xde, 0xf0, 0xfd, 0xfe]);

function looksBinary(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
  const controls = text.match(/[\u0000-\u0008\u000e-\u001f\u0080-\u009f]/g)?.length ?? 0;
  return controls > text.length / 50;
}
