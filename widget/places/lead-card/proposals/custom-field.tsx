import type { ComponentChild } from 'preact';
import type { Form } from './form.ts';
import { ChoiceField, ManyField, NumberField, TextField, TimeField } from './form-fields.tsx';

const VALUE_LENGTH_MAX = 20_000;

const enumIdsOf = (value: unknown): string[] => {
  const ids = typeof value === 'object' && value !== null && 'enumIds' in value ? value.enumIds : [];
  return Array.isArray(ids) ? ids.map(String) : [];
};

/** The field of the account that is to be filled, by its type. */
export function customField({ values, put, choices, texts, timezone }: Form): ComponentChild {
  const { t } = texts;
  const field = choices?.fields.find(({ id }) => id === values['fieldId']);
  const { value } = values;
  const label = field?.name ?? t('action.field');
  const set = (changed: unknown) => put({ value: changed });
  const options = (field?.enums ?? []).map(({ id, value: name }) => ({ id: String(id), name }));
  switch (field?.type) {
    case 'numeric':
    case 'monetary':
    case 'price':
      return <NumberField label={label} value={value} put={set} />;
    case 'checkbox':
      return (
        <ChoiceField
          label={label}
          value={typeof value === 'boolean' ? value : ''}
          put={chosen => set(chosen === '' ? null : chosen === 'true')}
          groups={[
            {
              name: '',
              options: [
                { id: 'true', name: t('change.yes') },
                { id: 'false', name: t('change.no') },
              ],
            },
          ]}
          none={t('change.empty')}
        />
      );
    case 'date':
    case 'birthday':
      return <TimeField label={label} value={value} put={set} timezone={timezone} dayOnly />;
    case 'date_time':
      return <TimeField label={label} value={value} put={set} timezone={timezone} />;
    case 'select':
    case 'radiobutton':
    case 'category':
      return (
        <ChoiceField
          label={label}
          value={enumIdsOf(value)[0] ?? ''}
          put={chosen => set(chosen ? { enumIds: [Number(chosen)] } : null)}
          groups={[{ name: '', options }]}
          none={t('change.empty')}
        />
      );
    case 'multiselect':
      return (
        <ManyField
          label={label}
          chosen={enumIdsOf(value)}
          put={chosen => set(chosen.length ? { enumIds: chosen.map(Number) } : null)}
          options={options}
        />
      );
    default:
      return (
        <TextField
          label={label}
          value={value}
          put={typed => set(typed || null)}
          max={VALUE_LENGTH_MAX}
          rows={field?.type === 'textarea' ? 4 : 1}
          type={field?.type === 'url' ? 'url' : 'text'}
        />
      );
  }
}
