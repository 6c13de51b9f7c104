import { fill, formatMoment, textsFor } from '../../texts/index.ts';
import type { LeadSource, LeadSourceOptions } from '../lead-sources.ts';
import type { Fact } from './facts.ts';

/** As many as fit beside the lead's own records. */
const shownMax = 12;

/** The lead's records with what is remembered before its notes: a fact is what somebody chose to keep. */
export function withFacts(
  records: LeadSource[],
  facts: Fact[],
  { locale, timeZone }: LeadSourceOptions,
): LeadSource[] {
  const { remembered } = textsFor(locale);
  const confirmed = facts.filter(({ isSuggested }) => !isSuggested);
  const added = confirmed.slice(0, shownMax).map(({ id, text, updatedAt }) => ({
    record: 'note' as const,
    recordId: id,
    label: fill(remembered, { at: formatMoment(updatedAt, locale, timeZone) }),
    text,
    at: updatedAt,
  }));
  const at = records.findIndex(({ record }) => record === 'note');
  return at < 0 ? [...records, ...added] : records.toSpliced(at, 0, ...added);
}
