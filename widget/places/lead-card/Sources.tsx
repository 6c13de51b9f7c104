import type { Citation } from '../../api/types.ts';
import type { Texts } from '../../ui/text.ts';
import { usePanel } from './panel-context.ts';

/** What a source is called in lists and in labels. */
export function titleOf(citation: Citation, { t }: Texts): string {
  if (citation.kind === 'lead') return citation.label || t(`sources.${citation.record}`);
  return citation.deleted ? t('sources.deleted', { title: citation.title }) : citation.title;
}

/** The number in the running text. */
export function CiteButton({ citation }: { citation: Citation }) {
  const { texts, read } = usePanel();
  const label = texts.t('sources.open', { n: citation.n, title: titleOf(citation, texts) });
  return (
    <button
      type="button"
      class="cite"
      aria-label={label}
      title={titleOf(citation, texts)}
      onClick={() => read(citation)}
    >
      <span>{citation.n}</span>
    </button>
  );
}

export function Sources({ citations }: { citations: Citation[] }) {
  const { texts, read } = usePanel();
  if (!citations.length) return null;
  const sorted = [...citations].sort((a, b) => a.n - b.n);
  return (
    <div class="sources">
      <h4>{texts.t('sources.title')}</h4>
      <ol>
        {sorted.map(citation => (
          <li key={citation.id}>
            <button type="button" class="source" onClick={() => read(citation)}>
              <span class="badge">{citation.n}</span>
              <span class="about">
                <span class="title">{titleOf(citation, texts)}</span>
                <span class="quote">{citation.quote}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
