import { tooComplex, Unreadable } from './unreadable.ts';
import { type Member, openZip } from './zip.ts';

const limits = { membersMax: 10_000, bytesMax: 250 * 1024 * 1024 };
const xmlBytesMax = 120 * 1024 * 1024;

/**
 * The parts of an office file. Its XML may not declare entities: the standard forbids it, and expanding them
 * is how a small file fills a memory.
 *
 * @throws Unreadable
 */
export async function openOffice(bytes: Buffer): Promise<Map<string, Member>> {
  if (bytes.subarray(0, 8).equals(oldOffice)) throw encryptedOrOld();
  const members = await openZip(bytes, limits);
  let xmlBytes = 0;
  for (const member of members) {
    if (!/\.(?:xml|rels|vml)$/i.test(member.name)) continue;
    xmlBytes += member.size;
    if (xmlBytes > xmlBytesMax) throw tooComplex();
    if (declaresEntities(await member.read())) {
      throw new Unreadable(
        'document-unreadable',
        'This file declares XML entities, which no office program writes. It was not opened.',
      );
    }
  }
  return new Map(members.map(member => [member.name, member]));
}

/** The signature of the formats before 2007, in which today's formats are wrapped when they have a password. */
const oldOffice = Buffer.from('d0cf11e0a1b11ae1', 'hex');

function encryptedOrOld(): Unreadable {
  const detail =
    'This file has a password or is of a format before 2007. Save it as .docx, .xlsx or .pptx without one.';
  return new Unreadable('document-encrypted', detail);
}

function declaresEntities(xml: Buffer): boolean {
  const wide = (text: string) => Buffer.from(text, 'utf16le');
  return ['<!DOCTYPE', '<!ENTITY'].some(
    mark => xml.includes(mark) || xml.includes(wide(mark)) || xml.includes(wide(mark).swap16()),
  );
}
