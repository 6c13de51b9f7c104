import type { ProposalView } from '../../../api/proposal-types.ts';
import type { Texts } from '../../../ui/text.ts';
import type { Times } from '../../../ui/times.ts';
import { isRetrying, isUndoRetrying } from './desk-state.ts';
import type { ShapeName } from './shapes.tsx';
import { noUndoText, reasonText } from './words.ts';

export type Outcome = {
  /** `moving` while something happens to it without us. */
  mark: ShapeName | 'moving';
  tone: 'calm' | 'good' | 'bad';
  /** Sentences, the one that matters first. */
  says: string[];
  /** English, for whoever mends it. */
  detail: string | null;
};

const outcome = (
  mark: Outcome['mark'],
  tone: Outcome['tone'],
  says: string[],
  detail: string | null = null,
) => ({
  mark,
  tone,
  says,
  detail,
});

/** What became of a proposal, in the API's own terms: nothing is foretold. `null` while it waits for a decision. */
export function outcomeOf(view: ProposalView, texts: Texts, times: Times): Outcome | null {
  const { t } = texts;
  const { state, effect } = view;
  if (state === 'refused') {
    const { refusedReason: reason } = view;
    return outcome('cross', 'calm', [reason ? t('effect.refused_why', { reason }) : t('effect.refused')]);
  }
  if (state === 'expired')
    return outcome('clock', 'calm', [t('effect.expired', { time: times.short(view.expiresAt) })]);
  if (state !== 'approved') return null;
  if (isUndoRetrying(view.undo)) return outcome('moving', 'calm', [t('undo.performing')]);
  if (view.undo.state !== null && view.undo.state !== 'failed') return undone(view, texts);
  const why = effect?.error ? [reasonText(texts, effect.error)] : [];
  const detail = effect?.error?.detail ?? null;
  if (isRetrying(effect)) {
    const time = times.short(effect?.nextAttemptAt ?? '');
    return outcome('moving', 'calm', [t('effect.retrying', { time }), ...why]);
  }
  switch (effect?.state) {
    case undefined:
    case 'queued':
      return outcome('moving', 'calm', [t('effect.queued')]);
    case 'performing':
      return outcome('moving', 'calm', [t('effect.performing')]);
    case 'done':
      return outcome('check', 'good', [doneText(view, texts, times), ...afterwards(view, texts)]);
    case 'failed':
      return outcome('alert', 'bad', [t('effect.failed'), ...why], detail);
    case 'dead':
      return outcome('alert', 'bad', [t('effect.dead'), ...why, t('effect.dead_help')], detail);
    case 'unknown':
      return outcome('alert', 'bad', [t('effect.unknown'), t('effect.unknown_help')], detail);
    default:
      return null;
  }
}

function doneText({ approvedBy, decidedAt }: ProposalView, { t }: Texts, times: Times): string {
  if (!approvedBy) return t('effect.done');
  return t('effect.done_by', { name: approvedBy.name, time: times.short(decidedAt ?? '') });
}

function afterwards(view: ProposalView, texts: Texts): string[] {
  if (view.undo.state === 'failed') return [texts.t('undo.failed')];
  return view.undo.possible ? [] : [noUndoText(texts, view)];
}

function undone({ undo }: ProposalView, { t }: Texts): Outcome | null {
  switch (undo.state) {
    case 'queued':
    case 'performing':
      return outcome('moving', 'calm', [t('undo.performing')]);
    case 'done':
      return outcome('back', 'calm', [t(undo.way === 'compensate' ? 'undo.done_compensated' : 'undo.done')]);
    case 'conflict':
      return outcome('alert', 'bad', [t('undo.conflict')]);
    default:
      return outcome('alert', 'bad', [t('undo.unknown'), t('effect.unknown_help')]);
  }
}
