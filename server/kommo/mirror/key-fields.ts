import type { MirrorKind } from './kinds.ts';

export type FieldValue = string | number | boolean | null;
export type KeyFields = Record<string, FieldValue>;

/** One field of a record that is other than it was. A stage is `pipeline:status`, a custom field `field:<id>`. */
export interface FieldChange {
  field: string;
  before: FieldValue;
  after: FieldValue;
}

/** The fields whose change is news. All others are kept as well, and change silently. */
export function keyFields(kind: MirrorKind, body: Record<string, unknown>): KeyFields {
  switch (kind) {
    case 'leads':
      return {
        stage: `${plain(body['pipeline_id'])}:${plain(body['status_id'])}`,
        price: plain(body['price']),
        lossReason: plain(body['loss_reason_id']),
        ...ofEntity(body),
      };
    case 'contacts':
    case 'companies':
      return ofEntity(body);
    case 'tasks':
      return {
        text: plain(body['text']),
        dueAt: plain(body['complete_till']),
        completed: plain(body['is_completed']),
        responsible: plain(body['responsible_user_id']),
        type: plain(body['task_type_id']),
      };
    case 'notes':
      return { text: plain(record(body['params'])['text']) };
    case 'talks':
      return { inWork: plain(body['is_in_work']) };
    case 'messages':
      return { text: plain(body['text']) };
    case 'pipelines':
    case 'users':
    case 'task_types':
    case 'loss_reasons':
    case 'custom_fields':
      return {};
  }
}

export function changedFields(before: KeyFields, after: KeyFields): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map(field => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter(change => change.before !== change.after);
}

function ofEntity(body: Record<string, unknown>): KeyFields {
  const embedded = record(body['_embedded']);
  const fields: KeyFields = {
    name: plain(body['name']),
    responsible: plain(body['responsible_user_id']),
    tags: named(embedded['tags']),
  };
  const custom = body['custom_fields_values'];
  for (const value of Array.isArray(custom) ? custom : []) {
    const { field_id: id, values } = record(value);
    // As text: of a field that holds several values only whether they are the same is asked.
    if (typeof id === 'number') fields[`field:${id}`] = JSON.stringify(values ?? null);
  }
  return fields;
}

function named(tags: unknown): string {
  const names = (Array.isArray(tags) ? tags : []).map(tag => String(record(tag)['name'] ?? ''));
  return names.sort().join(', ');
}

function plain(value: unknown): FieldValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
