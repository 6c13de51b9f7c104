import type { Change } from '../../../api/proposal-types.ts';
import type { Texts } from '../../../ui/text.ts';
import type { Times } from '../../../ui/times.ts';

/** A value as the rep reads it; an empty one says so. */
export function valueText(
  texts: Texts,
  times: Times,
  { kind }: Pick<Change, 'kind'>,
  value: Change['after'],
): string {
  if (value === null || value === '') return texts.t('change.empty');
  switch (kind) {
    case 'money':
    case 'number':
      return typeof value === 'number' ? new Intl.NumberFormat(texts.locale).format(value) : String(value);
    case 'time':
      return dayText(texts, String(value)) ?? (times.short(String(value)) || String(value));
    case 'boolean':
      return texts.t(value === true || value === 1 || value === 'true' ? 'change.yes' : 'change.no');
    default:
      return String(value);
  }
}

/** A day without an hour belongs to no zone, and moves into none. */
function dayText({ locale }: Texts, value: string): string | null {
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return null;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
}

/** Long or broken into lines, now or before: it stands below its name, not beside it. */
export const isLong = ({ kind, before, after }: Change): boolean =>
  kind === 'text' &&
  [before, after].some(text => typeof text === 'string' && (text.length > 60 || text.includes('\n')));
