import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type ApiFault, isAbort, toFault } from '../../api/api-fault.ts';
import type { Citation, CitedDocument, LeadCitation } from '../../api/types.ts';
import { Tool } from '../../ui/Tool.tsx';
import { FaultNote, Note } from './Notices.tsx';
import { usePanel } from './panel-context.ts';
import { titleOf } from './Sources.tsx';

type Loaded = { document: CitedDocument } | { fault: ApiFault } | null;

/** A source, over the panel: the quoted words within the text they come from. */
export function Reader({ citation, close }: { citation: Citation; close(): void }) {
  const { client, texts } = usePanel();
  const { t } = texts;
  const frame = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const [loaded, setLoaded] = useState<Loaded>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => back.current?.focus(), []);
  useEffect(() => {
    if (citation.kind === 'lead') return;
    const controller = new AbortController();
    setLoaded(null);
    client.citation(citation.id, controller.signal).then(
      source => source.kind === 'document' && setLoaded({ document: source }),
      (error: unknown) => isAbort(error) || setLoaded({ fault: toFault(error) }),
    );
    return () => controller.abort();
  }, [citation, tries]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
    if (event.key === 'Tab' && frame.current) keepInside(frame.current, event);
  }

  return (
    <div
      class="reader"
      ref={frame}
      role="dialog"
      aria-modal="true"
      aria-labelledby="reader-title"
      onKeyDown={onKeyDown}
    >
      <header>
        <Tool icon="back" label={t('reader.back')} focus={back} onClick={close} />
        <div>
          <h3 id="reader-title">{titleOf(citation, texts)}</h3>
          {loaded && 'document' in loaded && !loaded.document.deleted && (
            <VersionLine source={loaded.document} />
          )}
        </div>
      </header>
      {citation.kind === 'lead' && <RecordText citation={citation} />}
      {citation.kind === 'document' && !loaded && (
        <p class="page step" role="status">
          <span class="pulse" aria-hidden="true" />
          {t('reader.loading')}
        </p>
      )}
      {loaded && 'fault' in loaded && (
        <div class="page">
          <p>{t('reader.failed')}</p>
          <FaultNote fault={loaded.fault} retry={() => setTries(tries + 1)} />
        </div>
      )}
      {loaded && 'document' in loaded && <DocumentText source={loaded.document} />}
    </div>
  );
}

function VersionLine({ source: { document } }: { source: CitedDocument }) {
  const { t } = usePanel().texts;
  const key = document.isCurrentVersion ? 'reader.version' : 'reader.version_old';
  return <p class="small">{t(key, { n: document.versionNumber })}</p>;
}

function DocumentText({ source }: { source: CitedDocument }) {
  const { t } = usePanel().texts;
  const page = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLElement>(null);
  // By hand: scrollIntoView would also move the page around the panel.
  useLayoutEffect(() => {
    if (page.current && mark.current)
      page.current.scrollTop = mark.current.offsetTop - page.current.clientHeight / 3;
  }, [source]);

  if (source.deleted) {
    return (
      <div class="page">
        <Note>{t('reader.deleted')}</Note>
        <p class="text">
          <mark>{source.quote}</mark>
        </p>
      </div>
    );
  }
  const start = source.start - source.textStart;
  const end = source.end - source.textStart;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div class="page" ref={page} tabIndex={0}>
      <p class="text" lang={source.language ?? undefined}>
        {source.text.slice(0, start)}
        <mark ref={mark}>{source.text.slice(start, end)}</mark>
        {source.text.slice(end)}
      </p>
    </div>
  );
}

function RecordText({ citation }: { citation: LeadCitation }) {
  const { texts, times } = usePanel();
  return (
    <div class="page">
      <p class="small">
        {texts.t(`sources.${citation.record}`)}
        {citation.at && ` · ${times.full(citation.at)}`}
      </p>
      <p class="text">
        <mark>{citation.quote}</mark>
      </p>
    </div>
  );
}

/** Tab goes round within `frame`. */
function keepInside(frame: HTMLElement, event: KeyboardEvent) {
  const stops = [...frame.querySelectorAll<HTMLElement>('button:not(:disabled), [tabindex="0"]')];
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  const other = event.shiftKey ? stops[stops.length - 1] : stops[0];
  if (event.target !== edge) return;
  event.preventDefault();
  other?.focus();
}
