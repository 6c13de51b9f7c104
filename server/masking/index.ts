export { type MaskingTerms, readMaskingTerms, saveMaskingTerms } from './dictionary.ts';
export { createMask, cutBeforeHidden, type Mask, type MaskWords, type RestoreStream } from './mask.ts';
export { nameCandidates } from './names.ts';
