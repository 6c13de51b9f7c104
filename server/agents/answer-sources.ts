import type { ToolAnswer } from '../actions/index.ts';
import { fill, formatMoment, textsFor } from '../texts/index.ts';
import type { LeadSource, LeadSourceOptions } from './lead-sources.ts';

/** What tools answered, as the next turn may cite it. Words of somebody outside: data like a client's. */
export function answerSources(answers: ToolAnswer[], { locale, timeZone }: LeadSourceOptions): LeadSource[] {
  const { toolAnswer } = textsFor(locale);
  return answers.map(({ effectId, title, answer, at }) => ({
    record: 'note' as const,
    recordId: effectId,
    label: fill(toolAnswer, { title, at: formatMoment(at, locale, timeZone) }),
    text: answer,
    at,
  }));
}
