import type { CitationView } from '../conversations/index.ts';
import { newId } from '../kernel/index.ts';
import type { CitableSource } from './context.ts';
import type { KnowledgeHit } from './deps.ts';
import type { NewCitation } from './queries.ts';
import { type Span, sameWords, supportingSpan } from './quote.ts';

/** The citations of one answer, numbered as they appear in it. */
export interface Citations {
  /** For the database, once the answer is complete. */
  stored: NewCitation[];
  /** The same as readers see them. */
  shown: CitationView[];
  /**
   * Turns a mark into a citation: the very stretch of the stored text that carries the claim. A source
   * cited again for the same stretch keeps its number; for another stretch it gets a new one. What several
   * documents say alike has a citation in each.
   *
   * @returns none for a number that was never given
   */
  cite(source: number, claim: string): number[];
  /** Takes back the citations after the first `count`, of a text that was taken back. */
  forgetAfter(count: number): void;
}

export function collectCitations(
  byNumber: ReadonlyMap<number, CitableSource>,
  show: (citation: CitationView) => void,
): Citations {
  const stored: NewCitation[] = [];
  const shown: CitationView[] = [];
  const spans: (Span & { source: number; n: number; of: number })[] = [];
  return {
    stored,
    shown,
    forgetAfter(count) {
      for (const list of [stored, shown, spans]) list.splice(count);
    },
    cite(number, claim) {
      const source = byNumber.get(number);
      if (!source) return [];
      const span = supportingSpan(source.kind === 'document' ? source.hit.body : source.source.text, claim);
      const known = spans.find(
        other => other.source === number && other.start < span.end && span.start < other.end,
      );
      if (known) return spans.filter(({ of }) => of === known.of).map(({ n }) => n);
      const first = spans.length + 1;
      const places = source.kind === 'document' ? everyPlace(source.hit, span) : [{ source, span }];
      return places.map(place => {
        const n = spans.length + 1;
        spans.push({ source: number, n, of: first, ...span });
        const citation = toCitation(place.source, n, place.span);
        stored.push(citation.stored);
        shown.push(citation.shown);
        show(citation.shown);
        return n;
      });
    },
  };
}

const alsoInMax = 3;

/** The stretch in the document that was found and in those that say the same, each in its own white space. */
function everyPlace(hit: KnowledgeHit, span: Span): { source: CitableSource; span: Span }[] {
  const quote = hit.body.slice(span.start, span.end);
  const others = hit.alsoIn.slice(0, alsoInMax).map(place => ({
    source: { kind: 'document' as const, hit: { ...hit, ...place, alsoIn: [] } },
    span: sameWords(place.body, quote) ?? { start: 0, end: place.body.length },
  }));
  return [{ source: { kind: 'document', hit }, span }, ...others];
}

function toCitation(
  source: CitableSource,
  n: number,
  span: Span,
): { stored: NewCitation; shown: CitationView } {
  const id = newId();
  const none = {
    document_id: null,
    version_id: null,
    start_offset: null,
    end_offset: null,
    record: null,
    record_id: null,
    record_at: null,
  };
  if (source.kind === 'document') {
    const { documentId, versionId, title, body, start } = source.hit;
    const quote = body.slice(span.start, span.end);
    const place = { start: start + span.start, end: start + span.end };
    const ids = {
      document_id: documentId,
      version_id: versionId,
      start_offset: place.start,
      end_offset: place.end,
    };
    return {
      stored: { ...none, id, number: n, kind: 'document', title, quote, ...ids },
      shown: { kind: 'document', id, n, documentId, title, ...place, quote, deleted: false },
    };
  }
  const { record, recordId, label, text, at } = source.source;
  const quote = text.slice(span.start, span.end);
  return {
    stored: {
      ...none,
      id,
      number: n,
      kind: 'lead',
      title: label,
      quote,
      record,
      record_id: recordId,
      record_at: at,
    },
    shown: { kind: 'lead', id, n, record, recordId, label, quote, at: at?.toISOString() ?? null },
  };
}
