import type { ActionError, ActionName, Change, ProposalView } from '../../../api/proposal-types.ts';
import type { TextKey, Texts } from '../../../ui/text.ts';
import { faultText } from '../../fault-text.ts';
import type { DecisionFault } from './desk-state.ts';

export const TITLES: Record<ActionName, TextKey> = {
  note: 'action.note',
  'task-create': 'action.task_create',
  'task-complete': 'action.task_complete',
  'task-reschedule': 'action.task_reschedule',
  stage: 'action.stage',
  price: 'action.price',
  field: 'action.field',
  tags: 'action.tags',
  responsible: 'action.responsible',
  'link-contact': 'action.link_contact',
  'call-tool': 'action.call_tool',
  message: 'action.message',
  email: 'action.email',
};

/** What the action does, in one line. */
export function titleOf({ t }: Texts, { action, changes }: ProposalView): string {
  const named = action === 'field' ? changes.find(({ label }) => label)?.label : null;
  return named ? t('action.field_named', { field: named }) : t(TITLES[action]);
}

const FIELDS: Record<string, TextKey> = {
  request: 'change.request',
  stage: 'change.stage',
  lossReason: 'change.loss_reason',
  price: 'change.price',
  dueAt: 'change.due_at',
  text: 'change.text',
  result: 'change.result',
  isCompleted: 'change.completed',
  taskType: 'change.task_type',
  responsible: 'change.responsible',
  tags: 'change.tags',
  contact: 'change.contact',
  isMain: 'change.is_main',
  to: 'change.to',
  subject: 'change.subject',
};

/** What a value is called; a field that a newer API adds is called by its own name. */
export const fieldName = ({ t }: Texts, { field, label }: Change): string => {
  const key = FIELDS[field];
  return label ?? (key ? t(key) : field);
};

const REASONS: Record<string, TextKey> = {
  'kommo-unavailable': 'why.crm_unavailable',
  'kommo-ambiguous': 'why.ambiguous',
  'outcome-unknown': 'why.ambiguous',
  'record-changed': 'why.record_changed',
  'kommo-rejected': 'why.rejected',
  'kommo-not-found': 'why.gone',
  'target-gone': 'why.gone',
  'proposal-not-found': 'why.gone',
  'kommo-forbidden': 'why.forbidden',
  'may-not-change': 'why.forbidden',
  'kommo-unpaid': 'why.unpaid',
  'kommo-blocked': 'why.blocked',
  'reconnect-needed': 'fault.reconnect',
  'not-installed': 'fault.not_installed',
  network: 'why.network',
  'proposal-changed': 'why.changed',
  'proposal-closed': 'why.closed',
  'proposal-expired': 'why.expired',
  'proposal-conflict': 'why.record_changed',
  'undo-conflict': 'why.undo_conflict',
  'undo-impossible': 'why.no_undo',
  'no-open-talk': 'why.no_talk',
  'no-waiting-bot': 'why.no_bot',
  'no-client': 'why.no_client',
  'message-too-long': 'why.too_long',
  'mail-unavailable': 'why.mail_unavailable',
  'mail-refused': 'why.mail_refused',
  'mail-account-not-found': 'why.no_mail',
  'settled-not-done': 'why.not_done',
};

/** Why something was not done. The API's English detail is not for a rep, but for whoever they ask. */
export const reasonText = ({ t }: Texts, { code }: ActionError): string => t(REASONS[code] ?? 'why.unknown');

/** Why a decision did not arrive, and that it is kept. */
export function decisionFault(texts: Texts, fault: DecisionFault): string {
  const key = REASONS[fault.code];
  if (key) return texts.t(key);
  if (fault.status === 202) return texts.t('why.not_taken');
  if (fault.status === 400 || fault.status === 422) return texts.t('why.invalid');
  if (fault.status >= 500) return texts.t('why.unexpected');
  return faultText(texts, fault);
}

const NO_UNDO: Record<string, TextKey> = {
  'notes-cannot-be-deleted': 'no_undo.note',
  'tasks-cannot-be-deleted': 'no_undo.task',
  'messages-cannot-be-unsent': 'no_undo.sent',
  'mails-cannot-be-unsent': 'no_undo.sent',
};
const NO_UNDO_OF: Partial<Record<ActionName, TextKey>> = {
  note: 'no_undo.note',
  'task-create': 'no_undo.task',
  message: 'no_undo.sent',
  email: 'no_undo.sent',
  'call-tool': 'no_undo.sent',
};

/** Why what was done stays done. */
export const noUndoText = ({ t }: Texts, { action, undo }: ProposalView): string =>
  t(NO_UNDO[undo.why ?? ''] ?? NO_UNDO_OF[action] ?? 'no_undo.other');
