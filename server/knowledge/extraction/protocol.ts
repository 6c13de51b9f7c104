import type { ReadDocument } from './read-document.ts';
import type { UnreadableCode } from './unreadable.ts';

export interface Request {
  bytes: Uint8Array;
  mediaType: string;
}

export type Reply =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'read'; document: ReadDocument }
  | { kind: 'unreadable'; code: UnreadableCode; detail: string; reason: string };
