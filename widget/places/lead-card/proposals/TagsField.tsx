import { useState } from 'preact/hooks';
import type { Form } from './form.ts';

const words = (list: unknown): string => (Array.isArray(list) ? list.join(', ') : '');
const listOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map(tag => tag.trim())
      .filter(Boolean),
  ),
];

/** Tags by name, with those of the account to choose from. */
export function TagsField({ form: { values, put, choices, texts } }: { form: Form }) {
  const [add, setAdd] = useState(words(values['add']));
  const [remove, setRemove] = useState(words(values['remove']));
  const { t } = texts;
  const line = (label: string, value: string, set: (text: string) => void, name: 'add' | 'remove') => (
    <label>
      {label}
      <input
        value={value}
        list="known-tags"
        onInput={({ currentTarget: { value: typed } }) => {
          set(typed);
          put({ add: listOf(add), remove: listOf(remove), [name]: listOf(typed) });
        }}
      />
    </label>
  );
  return (
    <div>
      {line(t('change.tags_add'), add, setAdd, 'add')}
      {line(t('change.tags_remove'), remove, setRemove, 'remove')}
      <datalist id="known-tags">
        {choices?.tags.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </div>
  );
}
