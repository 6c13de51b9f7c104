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
      return times.short(String(value)) || String(value);
    case 'boolean':
      return texts.t(value === true || value === 1 || value === 'true' ? 'change.yes' : 'change.no');
    default:
      return String(value);
  }
}

/** Long or broken into lines: it stands below its name, not beside it. */
export const isLong = ({ kind, after }: Change): boolean =>
  kind === 'text' && typeof after === 'string' && (after.length > 60 || after.includes('\n'));
