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
                <Long text={String(change.after)} />
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

function Long({ text }: { text: string }) {
  const { t } = usePanel().texts;
  const [whole, setWhole] = useState(false);
  const folds = text.length > FOLDED_ABOVE || text.split('\n').length > 7;
  return (
    <span>
      <ins class={folds && !whole ? 'folded' : ''}>{text}</ins>
      {folds && (
        <button type="button" class="link small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'proposal.show_less' : 'proposal.show_all')}
        </button>
      )}
    </span>
  );
}
