import { type Claim, type ClaimContext, findClaims, isSupported } from './find-claims.ts';
import type { PromiseMade } from './find-promises.ts';
import { withoutSentences } from './sentences.ts';

/**
 * The prices, dates, quantities and terms in a message to a client that nothing carries: no cited stretch of a
 * document, no field of the CRM, nothing that the person typed. When something is promised for is the task's matter.
 */
export function unsupportedIn(
  text: string,
  { support, promises, context }: { support: string[]; promises: PromiseMade[]; context: ClaimContext },
): Pick<Claim, 'kind' | 'text'>[] {
  const known = support.flatMap(one => findClaims(one, context));
  const certain = promises.filter(promise => promise.certain);
  const inPromises = certain.flatMap(promise =>
    findClaims(promise.text, context).filter(({ kind, unit }) => !tellsWhen(kind, unit)),
  );
  const said = [...findClaims(withoutSentences(text, certain), context), ...inPromises];
  const missing = said.filter(claim => !isSupported(claim, known));
  return [
    ...new Map(
      missing.map(({ kind, text: piece }) => [`${kind} ${piece.toLowerCase()}`, { kind, text: piece }]),
    ).values(),
  ];
}

/** "Within 24 hours", "on 5 December": when the promise is due. */
function tellsWhen(kind: Claim['kind'], unit: string): boolean {
  return kind === 'date' || kind === 'time' || (kind === 'quantity' && unit !== '');
}
