export { createMask, cutBeforeHidden, type Mask, type RestoreStream } from './mask.ts';
