export { createMask, type Mask, type RestoreStream } from './mask.ts';
