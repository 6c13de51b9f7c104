import type { OwnField } from './changes.ts';
import type { FieldValue } from './key-fields.ts';

/** Names of arguments, and the key field that each belongs to. */
const spellings: Record<string, string> = {
  pipelineId: 'stage',
  statusId: 'stage',
  lossReasonId: 'lossReason',
  responsibleUserId: 'responsible',
  taskType: 'type',
  taskTypeId: 'type',
  isCompleted: 'completed',
};

/**
 * What we wrote, as the mirror spells it: with the value where the record that was read back or our own
 * arguments tell it. Of tags and custom fields Kommo alone knows what it made of ours.
 */
export function ownFields(
  fields: string[],
  { held, values }: { held: Record<string, FieldValue> | null; values: Record<string, unknown> },
): OwnField[] {
  return [...new Set(fields.map(field => spellings[field] ?? field))].map(field => {
    if (held !== null) return { field, after: held[field] ?? null };
    const after = spelled(field, values);
    return after === undefined ? { field } : { field, after };
  });
}

function spelled(field: string, values: Record<string, unknown>): FieldValue | undefined {
  const { pipelineId, statusId } = values;
  switch (field) {
    case 'stage':
      return pipelineId && statusId ? `${pipelineId}:${statusId}` : undefined;
    case 'price':
      return plain(values['price']);
    case 'lossReason':
      return plain(values['lossReasonId']);
    case 'responsible':
      return plain(values['responsibleUserId']);
    case 'completed':
      return plain(values['isCompleted']);
    case 'dueAt':
      return typeof values['dueAt'] === 'string' ? Math.floor(Date.parse(values['dueAt']) / 1000) : undefined;
    default:
      return undefined;
  }
}

function plain(value: unknown): FieldValue | undefined {
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as FieldValue) : undefined;
}
