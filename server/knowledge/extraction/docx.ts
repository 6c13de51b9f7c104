import mammoth from 'mammoth';
import type { Draft } from './draft.ts';
import { htmlDraft } from './html.ts';
import { openOffice } from './office.ts';

/** The text of a Word document with its headings, lists, tables and footnotes; pictures, comments and macros are not read. */
export async function readDocx(bytes: Uint8Array): Promise<Draft> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await openOffice(buffer);
  const { value } = await mammoth.convertToHtml(
    { buffer },
    {
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      externalFileAccess: false,
      styleMap: [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Subtitle'] => h2:fresh",
        "p[style-name='heading 7'] => h6:fresh",
      ],
    },
  );
  return htmlDraft(value);
}
