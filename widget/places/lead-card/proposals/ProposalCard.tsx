import type { ProposalView } from '../../../api/proposal-types.ts';
import { Note } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import { ActionForm } from './ActionForm.tsx';
import { CardButtons } from './CardButtons.tsx';
import { Changes } from './Changes.tsx';
import { ConflictNote, Differences } from './ConflictNote.tsx';
import { isOpen } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';
import { Outcome } from './Outcome.tsx';
import { RefuseForm } from './RefuseForm.tsx';
import { Shape } from './shapes.tsx';
import { WordingNote } from './WordingNote.tsx';
import { decisionFault, titleOf } from './words.ts';

type Props = { store: DeskStore; view: ProposalView };

/** One proposal: what would change, and what became of it. */
export function ProposalCard({ store, view }: Props) {
  const { texts, times } = usePanel();
  const { t } = texts;
  const { id, state, target } = view;
  const { busy, faults, form } = store.state;
  const open = isOpen(view);
  const shownForm = form?.id === id && open ? form.kind : null;
  const undelivered = faults[id];
  const acting = busy[id] !== undefined;

  function listen() {
    if (store.state.current !== id) store.set({ current: id });
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key brings focus, which does the same
    <article
      class={open ? 'proposal' : 'proposal decided'}
      data-id={id}
      tabIndex={store.target()?.id === id ? 0 : -1}
      aria-labelledby={`title-${id}`}
      aria-busy={acting}
      onFocusIn={({ target: focused }) => {
        // Under the pointer nothing may move before the button is let go: the hints come with the click.
        if (focused instanceof Element && focused.matches(':focus-visible')) listen();
      }}
      onClick={listen}
    >
      <header>
        <Shape name={view.action} />
        <h4 id={`title-${id}`}>{titleOf(texts, view)}</h4>
        {state === 'draft' && <span class="tag">{t('proposal.draft')}</span>}
        {state === 'open' && (
          <span class="when" title={times.full(view.expiresAt)}>
            {t('proposal.expires', { time: times.short(view.expiresAt) })}
          </span>
        )}
      </header>
      {(target.kind === 'task' || target.kind === 'contact') && target.name && (
        <p class="target">{target.name}</p>
      )}
      {view.action === 'call-tool' && (
        <p class="target">{t('proposal.goes_to', { name: target.name ?? '', host: target.id ?? '' })}</p>
      )}
      {shownForm === 'edit' ? (
        <ActionForm
          key={view.digest}
          store={store}
          id={id}
          action={view.action}
          given={view.arguments}
          close={() => {
            store.set({ form: null });
            focusCard(store, id);
          }}
          submit={(changed, draft) => store.save(view, changed, draft)}
        />
      ) : (
        <Changes changes={view.changes} />
      )}
      {view.wording && open && <WordingNote wording={view.wording} />}
      {view.conflict && open && !shownForm && <ConflictNote store={store} view={view} />}
      <Outcome view={view} />
      {view.conflict && !open && <Differences view={view} />}
      {shownForm === 'refuse' && <RefuseForm store={store} view={view} />}
      {!shownForm && <CardButtons store={store} view={view} />}
      {undelivered && (
        <Note icon="alert" tone="bad">
          <p>{decisionFault(texts, undelivered.fault)}</p>
          {undelivered.again && (
            <button type="button" class="link" onClick={undelivered.again}>
              {t('message.retry')}
            </button>
          )}
        </Note>
      )}
    </article>
  );
}
