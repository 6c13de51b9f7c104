import type { DoneAction } from '../../actions/index.ts';
import { fill, formatMoment, textsFor } from '../../texts/index.ts';
import type { EarlierMessage } from './summary-queries.ts';

export interface ExtractOptions {
  locale: string;
  timeZone: string;
  lengthMax: number;
}

const lineLengthMax = 220;

/**
 * A summary by rules, for where no model is set or none can be asked: what was asked, how the answers began, what
 * was done. Lines are added to those there are; when it grows too long the oldest go first.
 */
export function extract(
  before: string | null,
  messages: EarlierMessage[],
  done: DoneAction[],
  { locale, timeZone, lengthMax }: ExtractOptions,
): string {
  const { earlier } = textsFor(locale);
  const lines = (before ?? '').split('\n').filter(line => line.trim() !== '');
  for (const { id, role, author, text } of messages) {
    const said = role === 'rep' ? shortened(oneLine(text)) : beginningOf(text);
    if (said !== '')
      lines.push(role === 'rep' ? fill(earlier.asked, { name: author, text: said }) : `  ${said}`);
    for (const action of done.filter(({ messageId }) => messageId === id)) {
      const what = action.values.map(value => shown(value, locale, timeZone)).join(' · ');
      lines.push(`  ${fill(earlier.done, { what: shortened(what) })}`);
    }
  }
  while (lines.length > 1 && lines.join('\n').length > lengthMax) lines.shift();
  return lines.join('\n').slice(0, lengthMax).toWellFormed();
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** The first sentence that says something: not the words before a list or a quote, and without their marks. */
function beginningOf(answer: string): string {
  const lines = answer
    .split('\n')
    .map(line => oneLine(line.replace(/^\s*(?:>|[-*+]|\d+\.|#+)\s+/, '').replaceAll(/\*\*|\[\d{1,3}\]/g, '')))
    .filter(line => line !== '');
  const telling = lines.find(line => !line.endsWith(':')) ?? lines[0] ?? '';
  const [first] = sentences.segment(telling);
  return shortened((first?.segment ?? '').trim());
}

function shown(value: string | number, locale: string, timeZone: string): string {
  const isMoment =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(value);
  return isMoment ? formatMoment(new Date(value), locale, timeZone) : oneLine(String(value));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function shortened(text: string): string {
  return text.length <= lineLengthMax ? text : `${text.slice(0, lineLengthMax).toWellFormed()}…`;
}
