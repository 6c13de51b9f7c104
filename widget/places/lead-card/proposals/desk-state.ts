import type { ApiFault } from '../../../api/api-fault.ts';
import type {
  ActionName,
  Arguments,
  Choices,
  Effect,
  ProposalView,
  Undo,
} from '../../../api/proposal-types.ts';

export type Verb = 'approve' | 'refuse' | 'undo' | 'save' | 'renew' | 'again';

/** Status 202: the API took the decision about several and names this fault for one of them. */
export type DecisionFault = Pick<ApiFault, 'code' | 'status'> & Partial<Pick<ApiFault, 'retryAfterSeconds'>>;

/** A decision that did not arrive. It can be sent again, and is then the same decision. */
export type Undelivered = { fault: DecisionFault; again: (() => void) | null };

export type NewAction = { action: ActionName | null; arguments: Arguments };

export type DeskState = {
  phase: 'loading' | 'ready' | 'failed';
  fault: ApiFault | null;
  /** Oldest first. */
  views: ProposalView[];
  busy: Readonly<Record<string, Verb>>;
  faults: Readonly<Record<string, Undelivered>>;
  /** The one form that is open in a card. */
  form: { id: string; kind: 'edit' | 'refuse' } | null;
  /** The menu of new actions, or the form of one. */
  creating: NewAction | null;
  /** Grows with each beginning, so that a form begun anew is a new one. */
  begun: number;
  choices: Choices | null;
  choicesFault: ApiFault | null;
  /** The card that the keys act upon. */
  current: string | null;
  /** Decided, made or seen under way on this panel: these stay in sight. */
  touched: ReadonlySet<string>;
};

export const emptyDesk: DeskState = {
  phase: 'loading',
  fault: null,
  views: [],
  busy: {},
  faults: {},
  form: null,
  creating: null,
  begun: 0,
  choices: null,
  choicesFault: null,
  current: null,
  touched: new Set(),
};

/** Keys of the list's own calls among those of single proposals. */
export const NEW = 'new';

const KEPT_IN_SIGHT_MS = 24 * 60 * 60 * 1_000;

const ENDS: readonly string[] = ['done', 'dead', 'unknown'];

/** Grows with every attempt that begins, and once more when that attempt ends. */
const stepOf = ({ attempts, state }: Effect): number => attempts * 2 + (state === 'performing' ? 0 : 1);

function isOlderEffect(fresh: Effect | null, known: Effect | null): boolean {
  if (!known || !fresh) return known !== null;
  if (known.state === 'done') return fresh.state !== 'done';
  // An end may be begun anew by an administrator, and any end is later than what is under way.
  if (ENDS.includes(known.state) || ENDS.includes(fresh.state)) return false;
  return stepOf(fresh) < stepOf(known);
}

/** News can be late: what was decided, done or undone never becomes open, under way or untouched again. */
function isOlder(fresh: ProposalView, known: ProposalView): boolean {
  if (isOpen(known)) return false;
  if (isOpen(fresh)) return true;
  if (known.undo.state !== null && fresh.undo.state === null) return true;
  if (known.undo.state === 'done' && fresh.undo.state !== 'done') return true;
  return isOlderEffect(fresh.effect, known.effect);
}

/** `fresh` in the places of those with their ids unless it is older, or where their time belongs. */
export function withViews(views: ProposalView[], fresh: ProposalView[]): ProposalView[] {
  const byId = new Map(views.map(view => [view.id, view]));
  for (const view of fresh) {
    const known = byId.get(view.id);
    if (!known || !isOlder(view, known)) byId.set(view.id, view);
  }
  return [...byId.values()].sort(
    (a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id),
  );
}

export const isOpen = ({ state }: ProposalView): boolean => state === 'open' || state === 'draft';

const moving = (state: string | null | undefined): boolean => state === 'queued' || state === 'performing';

/** It did not get through, and is tried again by itself. */
export const isRetrying = (effect: Effect | null): boolean =>
  effect !== null &&
  effect.nextAttemptAt !== null &&
  (effect.state === 'failed' || (effect.state === 'queued' && effect.attempts > 0));

/** An undo that failed for good can be asked for again; one that cannot is being tried again by itself. */
export const isUndoRetrying = ({ state, possible }: Undo): boolean => state === 'failed' && !possible;

/** Something happens to it without us: asked about until it ends. */
export const isUnderWay = ({ state, effect, undo }: ProposalView): boolean =>
  (state === 'approved' && (effect === null || moving(effect.state) || isRetrying(effect))) ||
  moving(undo.state) ||
  isUndoRetrying(undo);

export const canUndo = ({ effect, undo }: ProposalView): boolean =>
  effect?.state === 'done' && undo.possible && !moving(undo.state) && undo.state !== 'done';

/** What can be done with it now, as far as we know. */
export function verbsOf(view: ProposalView): ReadonlySet<'approve' | 'edit' | 'refuse' | 'undo'> {
  if (isOpen(view)) return new Set(view.conflict ? ['edit', 'refuse'] : ['approve', 'edit', 'refuse']);
  return new Set(canUndo(view) ? ['undo'] : []);
}

/** The proposals that stand below the message `of`; for `null` those whose message is not in sight and that matter still. */
export function viewsOf(
  { views, touched }: Pick<DeskState, 'views' | 'touched'>,
  of: string | null,
  shown: ReadonlySet<string>,
  now: number,
): ProposalView[] {
  if (of !== null) return views.filter(({ messageId }) => messageId === of);
  return views.filter(view => {
    if (view.messageId !== null && shown.has(view.messageId)) return false;
    if (isOpen(view) || isUnderWay(view) || touched.has(view.id)) return true;
    return now - Date.parse(view.decidedAt ?? view.expiresAt) < KEPT_IN_SIGHT_MS;
  });
}

/** In their order, those of one group together. */
export function inGroups(views: ProposalView[]): ProposalView[][] {
  const groups = new Map<string, ProposalView[]>();
  for (const view of views) {
    const group = groups.get(view.groupId);
    if (group) group.push(view);
    else groups.set(view.groupId, [view]);
  }
  return [...groups.values()];
}

/** The card that the keys act upon while none has focus: the first that can be approved. */
export const firstOpen = (views: ProposalView[]): ProposalView | undefined =>
  views.find(view => isOpen(view) && !view.conflict) ?? views.find(isOpen);
