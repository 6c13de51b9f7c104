import { useEffect, useRef, useState } from 'preact/hooks';
import { isAbort, toFault } from '../../../api/api-fault.ts';
import type { Fact } from '../../../api/proposal-types.ts';
import { FaultNote } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import type { DeskStore } from './desk-store.ts';
import { FactLine } from './FactLine.tsx';

type Change = { path: string; method: 'PATCH' | 'DELETE'; text?: string };

/** What is remembered of the lead and its client: to be seen, corrected, confirmed and forgotten. */
export function Memory({ store }: { store: DeskStore }) {
  const { t } = usePanel().texts;
  const { client, signal, newKey, leadId } = store;
  const box = useRef<HTMLDivElement>(null);
  const [facts, setFacts] = useState<Fact[] | null>(null);
  const [failed, setFailed] = useState<{ fault: ReturnType<typeof toFault>; change: Change | null } | null>(
    null,
  );
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const all = `/leads/${leadId}/memory`;

  /** Makes a change, and then shows what there is, which a colleague may have changed too. */
  async function act(change: Change | null): Promise<boolean> {
    setBusy(true);
    setFailed(null);
    try {
      if (change) {
        const { path, method, text } = change;
        const headers = { 'Idempotency-Key': newKey() };
        await client.request(path, { method, headers, signal, ...(text && { body: { text } }) });
      }
      setFacts((await client.json<{ facts: Fact[] }>(all, { signal })).facts);
      setAsking(false);
      // The button that was pressed may be gone.
      if (change) box.current?.focus();
      return true;
    } catch (error) {
      if (!isAbort(error)) setFailed({ fault: toFault(error), change });
      return false;
    } finally {
      setBusy(false);
    }
  }
  useEffect(() => {
    box.current?.focus();
    void act(null);
  }, []);

  return (
    <div class="memory" ref={box} tabIndex={-1} aria-busy={busy}>
      {!facts && !failed && <p class="small">{t('memory.loading')}</p>}
      {facts?.length === 0 && <p class="small">{t('memory.empty')}</p>}
      {facts && facts.length > 0 && (
        <ul>
          {facts.map(fact => (
            <FactLine
              key={fact.id}
              store={store}
              fact={fact}
              busy={busy}
              save={text => act({ path: `${all}/${fact.id}`, method: 'PATCH', text })}
              forget={() => void act({ path: `${all}/${fact.id}`, method: 'DELETE' })}
            />
          ))}
        </ul>
      )}
      {failed && <FaultNote fault={failed.fault} busy={busy} retry={() => void act(failed.change)} />}
      {facts && facts.length > 1 && (
        <p class="buttons">
          {asking && <span>{t('memory.sure')}</span>}
          <button
            type="button"
            class={asking ? 'primary' : 'quiet'}
            disabled={busy}
            onClick={() => (asking ? void act({ path: all, method: 'DELETE' }) : setAsking(true))}
          >
            {t('memory.forget_all')}
          </button>
          {asking && (
            <button type="button" class="quiet" onClick={() => setAsking(false)}>
              {t('feedback.cancel')}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
