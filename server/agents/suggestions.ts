import type { LeadView } from '../kommo/index.ts';
import { fill, textsFor } from '../texts/index.ts';

export interface Suggestion {
  id: string;
  text: string;
}

const shownMax = 4;

/** Questions worth asking about this lead now, in the rep's language; the most pressing first. */
export function suggestQuestions(
  view: LeadView,
  { locale, titles, now }: { locale: string; titles: string[]; now: Date },
): Suggestion[] {
  const { suggest } = textsFor(locale);
  const suggestions: Suggestion[] = [];
  const overdue = view.tasks.some(task => !task.is_completed && task.complete_till * 1000 < now.getTime());
  const newest = view.messages.find(message => message.text?.trim());
  if (newest?.type === 'incoming') {
    const name = newest.author?.name || view.contacts[0]?.name;
    if (name)
      suggestions.push({ id: 'client-asked', text: fill(suggest.clientAsked, { name: oneLine(name) }) });
  }
  if (overdue) suggestions.push({ id: 'overdue', text: suggest.overdue });
  suggestions.push({ id: 'next-step', text: suggest.nextStep });
  const title = titles[0];
  if (title) suggestions.push({ id: 'knowledge', text: fill(suggest.knowledge, { title: oneLine(title) }) });
  suggestions.push({ id: 'summary', text: suggest.summary });
  if (view.messages.length > 0 || view.notes.length > 0)
    suggestions.push({ id: 'agreed', text: suggest.agreed });
  return suggestions.slice(0, shownMax);
}

/** Names come from clients: one short line is all a chip shows. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line;
}
