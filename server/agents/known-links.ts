import type { CitableSource } from './context.ts';
import { addressesOf, type KnownLinks } from './defuse-links.ts';

/** Links of the company's documents and of the rep's question are live; those of records are shown as text. */
export function knownLinks(byNumber: ReadonlyMap<number, CitableSource>, question: string): KnownLinks {
  const sources = [...byNumber.values()];
  const documents = sources.flatMap(source => (source.kind === 'document' ? [source.hit.body] : []));
  const records = sources.flatMap(source => (source.kind === 'lead' ? [source.source.text] : []));
  return { live: addressesOf([question, ...documents]), plain: addressesOf(records) };
}
