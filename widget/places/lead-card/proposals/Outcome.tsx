import type { ProposalView } from '../../../api/proposal-types.ts';
import { usePanel } from '../panel-context.ts';
import { outcomeOf } from './outcome-of.ts';
import { Shape } from './shapes.tsx';

/** Only an address of the web is a link, whoever wrote it. */
const isWeb = (address: string): boolean => /^https?:\/\//i.test(address);

export function Outcome({ view }: { view: ProposalView }) {
  const { texts, times } = usePanel();
  const found = outcomeOf(view, texts, times);
  if (!found) return null;
  const { mark, tone, says, detail } = found;
  const url = view.effect?.result?.url;
  const [first, ...rest] = says;
  return (
    <div class={`outcome ${tone}`}>
      {mark === 'moving' ? <span class="pulse" aria-hidden="true" /> : <Shape name={mark} />}
      <div>
        <p>
          {first}{' '}
          {url && isWeb(url) && (
            <a class="link" href={url} target="_blank" rel="noopener noreferrer">
              {texts.t('proposal.open_record')}
            </a>
          )}
        </p>
        {rest.map(sentence => (
          <p class="small" key={sentence}>
            {sentence}
          </p>
        ))}
        {view.effect?.result?.answer && <p class="tool-answer">{view.effect.result.answer}</p>}
        {detail && (
          <p class="small detail" lang="en">
            {detail}
          </p>
        )}
      </div>
    </div>
  );
}
