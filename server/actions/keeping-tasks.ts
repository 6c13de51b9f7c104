import { AppError } from '../kernel/index.ts';
import { ReconnectNeeded } from '../kommo/index.ts';
import type { Place } from './action.ts';
import { digestOf } from './digest.ts';
import { sameJson } from './json.ts';
import { readingOnce } from './kommo-as.ts';
import { holds, type Look, lookAt } from './look.ts';
import { authoriseChange } from './place.ts';
import { readProposal, type StoredProposal } from './proposal-queries.ts';
import { isExpired } from './show-proposal.ts';
import type { KeepingTask } from './wording/rules.ts';

/**
 * Looks at the tasks that keep what a message promises, before any of them is approved with it. One that may not
 * be approved, or whose record is gone, stays open beside the message for a person to look at.
 *
 * @throws whatever passes by itself: then nothing is approved yet, and the same approval may be tried again
 */
export async function lookAtKeeping(place: Place, message: StoredProposal): Promise<Map<string, Look>> {
  const { deps, account, userId } = place;
  const looks = new Map<string, Look>();
  const once = { ...place, kommo: readingOnce(place.kommo), asAdmin: readingOnce(place.asAdmin) };
  for (const task of message.wording?.tasks ?? []) {
    try {
      const proposal = await deps.db.withTenant(account.tenantId, tx =>
        readProposal(tx, account.tenantId, { proposalId: task.id, userId }),
      );
      if (!isAsShown(proposal, task, deps.clock.now())) continue;
      const wish = { action: proposal.action, arguments: proposal.args };
      const look = await lookAt(once, wish, await deps.catalogues.of(account), 'arguments');
      await authoriseChange(place, look.sight);
      looks.set(task.id, look);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.retryable || thrown instanceof ReconnectNeeded)
        throw thrown;
    }
  }
  return looks;
}

/** Which of them are approved with the message: those that nobody decided, edited or put aside, and whose look holds. */
export function keepingNow(
  message: StoredProposal,
  locked: Map<string, StoredProposal>,
  looks: Map<string, Look>,
  now: Date,
): StoredProposal[] {
  return (message.wording?.tasks ?? []).flatMap(task => {
    const [proposal, look] = [locked.get(task.id), looks.get(task.id)];
    if (!proposal || !look || !isAsShown(proposal, task, now)) return [];
    return holds(proposal.seen, look.sight.fields) && sameJson(proposal.args, look.args) ? [proposal] : [];
  });
}

/** Waiting still, with the very words that stood beside the message when it was proposed. */
function isAsShown(proposal: StoredProposal, { digest }: KeepingTask, now: Date): boolean {
  const waits = proposal.state === 'open' && !isExpired(proposal, now);
  return waits && digest !== null && proposal.digest === digest && digestOf(proposal) === digest;
}
