import type { ProposalView } from '../../../api/proposal-types.ts';
import type { Desk } from '../desk.ts';
import { usePanel } from '../panel-context.ts';
import { shownMessages } from '../panel-state.ts';
import { inGroups, isOpen, viewsOf } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { ProposalCard } from './ProposalCard.tsx';
import { Steps, toolsOf } from './Steps.tsx';

/** The cards below one message, or of no message in sight. */
export function cardsOver(store: DeskStore): Desk['Cards'] {
  return function Cards({ of }) {
    const panel = store.panel();
    const shown = new Set(shownMessages(panel).map(({ id }) => id));
    if (panel.live?.answerId) shown.add(panel.live.answerId);
    const views = viewsOf(store.state, of, shown, Date.now());
    const tools = toolsOf(panel, of);
    if (!views.length && !tools.length) return null;
    return (
      <div class="proposals">
        {tools.length > 0 && <Steps tools={tools} />}
        {inGroups(views).map(group => (
          <Group key={group[0]?.groupId} store={store} views={group} />
        ))}
      </div>
    );
  };
}

/** Several proposals of one run: approved together, each with an outcome of its own. */
function Group({ store, views }: { store: DeskStore; views: ProposalView[] }) {
  const { t, plural } = usePanel().texts;
  const [only] = views;
  if (only && views.length === 1) return <ProposalCard store={store} view={only} />;
  const ready = views.filter(view => isOpen(view) && view.state === 'open' && !view.conflict);
  const label = plural('proposal.group', views.length);
  return (
    <section class="group" aria-label={label}>
      <header>
        <h4 class="small">{label}</h4>
        {ready.length > 1 && (
          <button
            type="button"
            class="link"
            disabled={ready.some(({ id }) => store.state.busy[id])}
            onClick={() => void store.approveAll(ready)}
          >
            {t('proposal.approve_all')}
          </button>
        )}
      </header>
      {views.map(view => (
        <ProposalCard key={view.id} store={store} view={view} />
      ))}
    </section>
  );
}
