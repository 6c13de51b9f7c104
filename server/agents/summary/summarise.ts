import type { TenantId } from '../../kernel/index.ts';
import { cutBeforeHidden } from '../../masking/index.ts';
import type { AgentDeps } from '../deps.ts';
import { extract } from './extract.ts';
import { type SumUpDeps, sumUpByModel } from './sum-up.ts';
import {
  claimSummary,
  type EarlierMessage,
  settleSummary,
  storeSummary,
  uncoveredMessages,
} from './summary-queries.ts';

export type SummariseDeps = SumUpDeps & Pick<AgentDeps, 'secrets' | 'actions' | 'historyBounds' | 'reach'>;

/** What one call of the model reads at most, in characters: small windows hold it. */
const pieceLengthMax = 12_000;
const messageLengthMax = 1_500;
const summaryLengthMax = 4_000;
const readMax = 500;

/**
 * Adds to a summary, piece by piece, what a conversation has outgrown. Each piece is stored by itself, so a process
 * that is killed loses one at most, and a second worker that comes late changes nothing.
 */
export async function summarise(
  deps: SummariseDeps,
  tenantId: TenantId,
  conversationId: string,
  signal: AbortSignal,
): Promise<void> {
  const { db, secrets, historyBounds, reach } = deps;
  for (let again = false; ; again = true) {
    signal.throwIfAborted();
    const due = await db.withTenant(tenantId, tx =>
      claimSummary(tx, secrets, tenantId, conversationId, { again }),
    );
    if (due === null) return;
    const messages = await db.withTenant(tenantId, tx => uncoveredMessages(tx, tenantId, due, readMax));
    const older = messages.slice(0, -historyBounds.keep).map(shortened);
    const piece = firstPiece(older);
    const last = piece.at(-1);
    if (!last) {
      await db.withTenant(tenantId, tx => settleSummary(tx, tenantId, conversationId));
      return;
    }
    await reach('summary.after-claim');
    const answers = piece.filter(({ role }) => role === 'assistant').map(({ id }) => id);
    const done = await deps.actions.done(tenantId, answers);
    const byModel = await sumUpByModel(deps, tenantId, due, piece, done, signal);
    const { timeZone } = await deps.accountOf(tenantId);
    const options = { locale: due.locale, timeZone, lengthMax: summaryLengthMax };
    const text =
      byModel?.slice(0, summaryLengthMax).toWellFormed() ?? extract(due.text, piece, done, options);
    const isWhole = piece.length === older.length && messages.length < readMax;
    await reach('summary.before-store');
    const stored = await db.withTenant(tenantId, tx =>
      storeSummary(tx, secrets, tenantId, due, {
        text,
        coversMessageId: last.id,
        by: byModel === null ? 'rules' : 'model',
        isWhole,
      }),
    );
    if (!stored || isWhole) return;
  }
}

function shortened(message: EarlierMessage): EarlierMessage {
  return { ...message, text: cutBeforeHidden(message.text, messageLengthMax) };
}

/** At least one message, and as many more as fit. */
function firstPiece(messages: EarlierMessage[]): EarlierMessage[] {
  let length = 0;
  const upTo = messages.findIndex(({ text }, index) => {
    length += text.length;
    return index > 0 && length > pieceLengthMax;
  });
  return upTo < 0 ? messages : messages.slice(0, upTo);
}
