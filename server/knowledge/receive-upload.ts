import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { UnreadableBody } from '../http/index.ts';
import { type InputFault, InvalidInput } from '../kernel/index.ts';
import { type AcceptedType, checkMediaType, isZip } from './media-type.ts';

export interface Upload {
  title: string;
  /** For people only: never a path, never opened. */
  fileName: string;
  mediaType: AcceptedType;
  bytes: Buffer;
}

const titleLengthMax = 200;
const allowanceForFraming = 64 * 1024;

/**
 * Reads a `multipart/form-data` request with a `file` and perhaps a `title`.
 *
 * @throws UnreadableBody 415 for another kind of body or file, 413 above `bytesMax`, 400 for a broken one
 * @throws InvalidInput when the file is missing or empty
 */
export async function receiveUpload(
  req: IncomingMessage,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Upload> {
  const { file, ...names } = await receiveFile(req, bytesMax, signal);
  return { ...names, mediaType: checkMediaType(file.declaredType, file.bytes), bytes: file.bytes };
}

/**
 * The same for an archive, which is a ZIP whatever the sender's system calls it.
 *
 * @throws as `receiveUpload`
 */
export async function receiveArchive(
  req: IncomingMessage,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Omit<Upload, 'mediaType'>> {
  const { file, ...names } = await receiveFile(req, bytesMax, signal);
  const declared = /^application\/(?:zip|x-zip|x-zip-compressed)\s*(?:;|$)/i.test(file.declaredType);
  if (!declared || !isZip(file.bytes))
    throw new UnreadableBody(415, 'unsupported-media-type', 'Send a ZIP, declared as application/zip.');
  return { ...names, bytes: file.bytes };
}

async function receiveFile(
  req: IncomingMessage,
  bytesMax: number,
  signal: AbortSignal,
): Promise<{ title: string; fileName: string; file: NonNullable<Parts['file']> }> {
  if (!/^multipart\/form-data\s*;/i.test(req.headers['content-type'] ?? '')) {
    throw new UnreadableBody(
      415,
      'unsupported-media-type',
      'Send the file as multipart/form-data, in a field "file".',
    );
  }
  if (Number(req.headers['content-length'] ?? 0) > bytesMax + allowanceForFraming) throw tooLarge(bytesMax);
  const { file, title, faults } = await readParts(req, bytesMax, signal);
  if (!file) faults.push({ path: 'body.file', message: 'is required' });
  else if (file.bytes.length === 0) faults.push({ path: 'body.file', message: 'must not be empty' });
  if (!file || faults.length > 0) throw new InvalidInput(faults);
  const fileName = plainName(file.name) || 'document';
  return {
    fileName,
    title: plainName(title ?? '') || fileName.replace(/\.[a-z0-9]{1,8}$/i, '') || fileName,
    file,
  };
}

interface Parts {
  file: { name: string; declaredType: string; bytes: Buffer } | null;
  title: string | null;
  faults: InputFault[];
}

function readParts(req: IncomingMessage, bytesMax: number, signal: AbortSignal): Promise<Parts> {
  return new Promise((resolve, reject) => {
    const parts: Parts = { file: null, title: null, faults: [] };
    const fail = (error: Error) => {
      req.unpipe();
      // What still comes is read and dropped, so that the answer reaches the sender.
      req.resume();
      reject(error);
    };
    let parser: busboy.Busboy;
    try {
      parser = busboy({
        headers: req.headers,
        defParamCharset: 'utf8',
        limits: { files: 2, fileSize: bytesMax + 1, fields: 8, fieldSize: 4096, parts: 12, headerPairs: 40 },
      });
    } catch (cause) {
      fail(malformed(cause));
      return;
    }
    parser.on('file', (name, stream, info) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > bytesMax) fail(tooLarge(bytesMax));
        else if (name === 'file') chunks.push(chunk);
      });
      stream.on('end', () => {
        if (name !== 'file')
          parts.faults.push({ path: `body.${plainName(name)}`, message: 'is not expected' });
        else if (parts.file) parts.faults.push({ path: 'body.file', message: 'must be one file' });
        else
          parts.file = {
            name: info.filename ?? '',
            declaredType: info.mimeType,
            bytes: Buffer.concat(chunks),
          };
      });
      stream.on('error', error => fail(malformed(error)));
    });
    parser.on('field', (name, value) => {
      if (name === 'file')
        parts.faults.push({ path: 'body.file', message: 'must be a file, with a file name' });
      if (name !== 'title') return;
      if (value.length > titleLengthMax) {
        parts.faults.push({ path: 'body.title', message: `must have at most ${titleLengthMax} characters` });
      } else parts.title = value;
    });
    parser.on('error', error => fail(malformed(error)));
    parser.on('close', () => resolve(parts));
    signal.addEventListener('abort', () => fail(malformed(signal.reason)), { once: true });
    req.pipe(parser);
  });
}

function malformed(cause: unknown): UnreadableBody {
  const error = new UnreadableBody(400, 'malformed-body', 'The upload broke off or is not well-formed.');
  error.cause = cause;
  return error;
}

function tooLarge(bytesMax: number): UnreadableBody {
  const mebibytes = Math.floor((bytesMax / 1024 / 1024) * 10) / 10;
  return new UnreadableBody(413, 'body-too-large', `A document may have at most ${mebibytes} MB.`);
}

/** A name without folders, control characters and direction marks, to be shown to people. */
function plainName(name: string): string {
  return (name.split(/[/\\]/).at(-1) ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
    .slice(0, titleLengthMax)
    .replace(/[\ud800-\udbff]$/, '');
}
