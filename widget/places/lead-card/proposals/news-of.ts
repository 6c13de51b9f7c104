import type { ProposalView } from '../../../api/proposal-types.ts';
import type { Texts } from '../../../ui/text.ts';
import type { Times } from '../../../ui/times.ts';
import { isOpen } from './desk-state.ts';
import { outcomeOf } from './outcome-of.ts';
import { titleOf } from './words.ts';

/** What has changed since `before`, for those who listen; empty where nothing worth a word has. */
export function newsOf(before: ProposalView[], after: ProposalView[], texts: Texts, times: Times): string {
  const known = new Map(before.map(view => [view.id, view]));
  const news: string[] = [];
  const fresh = after.filter(view => !known.has(view.id) && isOpen(view));
  if (fresh.length) {
    news.push(texts.plural('proposal.waiting', fresh.length), ...fresh.map(view => titleOf(texts, view)));
  }
  for (const view of after) {
    const old = known.get(view.id);
    if (!old || old === view) continue;
    const says = spoken(view, texts, times);
    if (says && says !== spoken(old, texts, times)) news.push(`${titleOf(texts, view)}: ${says}`);
  }
  return news.join(' ');
}

function spoken(view: ProposalView, texts: Texts, times: Times): string | undefined {
  if (isOpen(view)) return view.conflict ? texts.t('proposal.conflict') : undefined;
  return outcomeOf(view, texts, times)?.says[0];
}
