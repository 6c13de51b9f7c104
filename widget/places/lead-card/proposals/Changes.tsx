import { useState } from 'preact/hooks';
import type { Change } from '../../../api/proposal-types.ts';
import { usePanel } from '../panel-context.ts';
import { Shape } from './shapes.tsx';
import { isLong, valueText } from './values.ts';
import { fieldName } from './words.ts';

const FOLDED_ABOVE = 280;

/** What is there now and what would be, a line for each value. */
export function Changes({ changes }: { changes: Change[] }) {
  const { texts, times } = usePanel();
  if (!changes.length) return null;
  return (
    <dl class={changes.length === 1 ? 'changes single' : 'changes'}>
      {changes.map(change => {
        const { field, before } = change;
        if (isLong(change)) {
          return (
            <div class="long" key={field}>
              <dt>{fieldName(texts, change)}</dt>
              <dd>
                <Long
                  before={before === null ? '' : String(before)}
                  after={valueText(texts, times, change, change.after)}
                />
              </dd>
            </div>
          );
        }
        return (
          <div key={field}>
            <dt>{fieldName(texts, change)}</dt>
            <dd>
              {before !== null && before !== '' && (
                <span>
                  <del>{valueText(texts, times, change, before)}</del> <Shape name="arrow" />{' '}
                </span>
              )}
              <ins>{valueText(texts, times, change, change.after)}</ins>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const folds = (text: string): boolean => text.length > FOLDED_ABOVE || text.split('\n').length > 7;

/** What is replaced stands above what replaces it; both are folded and shown together. */
function Long({ before, after }: { before: string; after: string }) {
  const { t } = usePanel().texts;
  const [whole, setWhole] = useState(false);
  const look = (text: string) => (folds(text) && !whole ? 'folded' : '');
  return (
    <span>
      {before && <del class={look(before)}>{before}</del>}
      <ins class={look(after)}>{after}</ins>
      {(folds(before) || folds(after)) && (
        <button type="button" class="link small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'proposal.show_less' : 'proposal.show_all')}
        </button>
      )}
    </span>
  );
}
