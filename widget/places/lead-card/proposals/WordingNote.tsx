import type { Wording } from '../../../api/proposal-types.ts';
import type { TextKey } from '../../../ui/text.ts';
import { Note } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';

const CLAIMS: Record<string, TextKey> = {
  price: 'wording.price',
  percent: 'wording.percent',
  quantity: 'wording.quantity',
  date: 'wording.date',
  time: 'wording.time',
  policy: 'wording.policy',
  promise: 'wording.promise',
};

/** What the rules found in the words of a message: why it is a draft, what was left out, which tasks keep its promises. */
export function WordingNote({ wording: { unsupported, leftOut, tasks } }: { wording: Wording }) {
  const { t, plural } = usePanel().texts;
  const sentences = [
    ...unsupported.map(({ kind, text }) => t(CLAIMS[kind] ?? 'wording.other', { text })),
    ...(unsupported.length ? [t('wording.draft')] : []),
    ...leftOut.map(text => t('wording.left_out', { text })),
    ...(tasks.length ? [plural('wording.tasks', tasks.length)] : []),
  ];
  if (!sentences.length) return null;
  return (
    <Note icon={unsupported.length ? 'alert' : 'info'}>
      {sentences.map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Note>
  );
}
