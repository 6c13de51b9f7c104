import { createHash } from 'node:crypto';

/** A line of the audit log as it is hashed. */
export interface AuditLine {
  id: string;
  /** To the millisecond. */
  at: Date;
  event: string;
  actorKind: string;
  actorId: string | null;
  target: string | null;
  details: Record<string, unknown>;
}

/** Before the first line. */
export const genesis = '';

/** Binds a line to its place and to all lines before it. The database orders keys in its own way, so they are sorted here. */
export function hashLine(previous: string, seq: number, line: AuditLine): string {
  const details = Object.entries(line.details).sort(([a], [b]) => (a < b ? -1 : 1));
  const { id, at, event, actorKind, actorId, target } = line;
  const content = [1, previous, seq, id, at.toISOString(), event, actorKind, actorId, target, details];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
