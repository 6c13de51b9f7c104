import { UnreadableBody } from '../http/index.ts';

export const acceptedTypes = ['text/plain', 'text/markdown', 'text/html', 'application/pdf'] as const;
export type AcceptedType = (typeof acceptedTypes)[number];

/**
 * The type of an upload, which must be declared and borne out by the bytes: a file that passes for another
 * type would be read by a parser nobody expects.
 *
 * @throws UnreadableBody with 415
 */
export function checkMediaType(declared: string, bytes: Uint8Array): AcceptedType {
  const type = acceptedTypes.find(accepted => accepted === declared.split(';')[0]?.trim().toLowerCase());
  if (!type) throw unsupported();
  if (isPdf(bytes) !== (type === 'application/pdf')) throw unsupported();
  if (type !== 'application/pdf' && isBinary(bytes)) throw unsupported();
  return type;
}

function unsupported(): UnreadableBody {
  return new UnreadableBody(
    415,
    'unsupported-media-type',
    'Send plain text, Markdown, HTML or PDF, declared as what it is.',
  );
}

/** Readers accept the mark of a PDF anywhere in the first kilobyte, so it counts there. */
function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-');
}

/** Text has no NUL, unless a byte order mark says that it is UTF-16. */
function isBinary(bytes: Uint8Array): boolean {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !utf16 && bytes.subarray(0, 65_536).includes(0);
}
