import { createMask } from '../masking/index.ts';
import { decide } from '../policy/index.ts';
import { defuseLinks } from './defuse-links.ts';

/**
 * What stands between a model and everybody else. One object, so that a test can compose a server without it and
 * show that the attacks it holds off would succeed; no setting reaches it.
 */
export const rules = { decide, createMask, defuseLinks };
export type Rules = typeof rules;
