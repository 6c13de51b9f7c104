import { UnreadableBody } from '../http/index.ts';
import { officeTypes } from './office-types.ts';

export const acceptedTypes = [
  'text/plain',
  'text/markdown',
  'text/html',
  'text/csv',
  'application/json',
  'application/pdf',
  officeTypes.docx,
  officeTypes.xlsx,
  officeTypes.pptx,
] as const;
export type AcceptedType = (typeof acceptedTypes)[number];

const extensions: Record<string, AcceptedType> = {
  txt: 'text/plain',
  text: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  pdf: 'application/pdf',
  ...officeTypes,
};

/** The type that a file's name promises; its bytes must still bear it out. */
export function typeByName(name: string): AcceptedType | null {
  const extension = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(extensions, extension) ? (extensions[extension] ?? null) : null;
}

/** Other names that programs give the same thing. Windows with Excel calls every CSV an Excel file. */
const aliases: Record<string, AcceptedType> = {
  'text/x-markdown': 'text/markdown',
  'application/xhtml+xml': 'text/html',
  'application/csv': 'text/csv',
  'application/vnd.ms-excel': 'text/csv',
};

/**
 * The type of an upload, which must be declared and borne out by the bytes: a file that passes for another
 * type would be read by a parser nobody expects.
 *
 * @throws UnreadableBody with 415
 */
export function checkMediaType(declared: string, bytes: Uint8Array): AcceptedType {
  const name = declared.split(';')[0]?.trim().toLowerCase() ?? '';
  const type = acceptedTypes.find(accepted => accepted === name) ?? aliases[name];
  if (!type || !isBorneOut(type, bytes)) throw unsupported();
  return type;
}

function unsupported(): UnreadableBody {
  return new UnreadableBody(
    415,
    'unsupported-media-type',
    'Send PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), CSV, HTML, Markdown, plain text or JSON, declared as what it is. A ZIP of these goes to /v1/sources/archives.',
  );
}

function isBorneOut(type: AcceptedType, bytes: Uint8Array): boolean {
  if (type === 'application/pdf') return isPdf(bytes);
  const part = officeParts[type];
  if (part !== undefined) return isOffice(bytes, part);
  return !isPdf(bytes) && !isBinary(bytes);
}

/** The folder that only this kind of office file has. */
const officeParts: Partial<Record<AcceptedType, string>> = {
  [officeTypes.docx]: 'word/',
  [officeTypes.xlsx]: 'xl/',
  [officeTypes.pptx]: 'ppt/',
};

/** An archive with that folder; or the older container, in which files with a password are, so that this can be said. */
function isOffice(bytes: Uint8Array, part: string): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1') return true;
  return isZip(bytes) && buffer.includes(part);
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
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
