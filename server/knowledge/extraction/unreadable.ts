/** Why a document cannot become knowledge; shown to the administrator as the document's failure. */
export type UnreadableCode =
  | 'document-unreadable'
  | 'document-encrypted'
  | 'document-encoding'
  | 'document-has-no-text'
  | 'document-too-complex'
  | 'document-file-missing'
  | 'archive-refused';

/** The document itself is at fault: trying again cannot help. */
export class Unreadable extends Error {
  constructor(
    readonly code: UnreadableCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const tooComplex = () =>
  new Unreadable(
    'document-too-complex',
    'Reading this file takes more time or memory than one document may take. Split it, or export it again as plain text.',
  );
