import type { ComponentChildren } from 'preact';
import { fromFieldTime, toFieldTime } from './zoned-time.ts';

type Put<Value> = (value: Value) => void;
const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

function Labelled({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label>
      {label}
      {children}
    </label>
  );
}

type TextProps = {
  label: string;
  value: unknown;
  put: Put<string>;
  max: number;
  rows?: number;
  type?: 'text' | 'email' | 'url';
  required?: boolean;
};

/** A line of text, or as many as `rows` says. Blank counts as nothing where something is required. */
export function TextField({ label, value, put, max, rows = 1, type = 'text', required = false }: TextProps) {
  const common = { value: textOf(value), required, maxLength: max };
  return (
    <Labelled label={label}>
      {rows > 1 ? (
        <textarea {...common} rows={rows} onInput={event => put(event.currentTarget.value)} />
      ) : (
        <input {...common} type={type as 'text'} onInput={event => put(event.currentTarget.value)} />
      )}
    </Labelled>
  );
}

type NumberProps = {
  label: string;
  value: unknown;
  put: Put<number | null>;
  whole?: boolean;
  required?: boolean;
};

export function NumberField({ label, value, put, whole = false, required = false }: NumberProps) {
  return (
    <Labelled label={label}>
      <input
        type="number"
        inputMode={whole ? 'numeric' : 'decimal'}
        {...(whole && { min: 0 })}
        step={whole ? 1 : 'any'}
        required={required}
        value={textOf(value)}
        onInput={({ currentTarget: { value: typed } }) => put(typed === '' ? null : Number(typed))}
      />
    </Labelled>
  );
}

type TimeProps = {
  label: string;
  value: unknown;
  put: Put<string | null>;
  timezone: string | undefined;
  dayOnly?: boolean;
  required?: boolean;
};

/** Date and hour on the account's clock; a day alone is the same day on every clock. */
export function TimeField({ label, value, put, timezone, dayOnly = false, required = false }: TimeProps) {
  return (
    <Labelled label={label}>
      <input
        type={dayOnly ? 'date' : 'datetime-local'}
        required={required}
        value={dayOnly ? textOf(value).slice(0, 10) : toFieldTime(value, timezone)}
        onChange={({ currentTarget: { value: typed } }) =>
          put(dayOnly ? typed || null : fromFieldTime(typed, timezone))
        }
      />
    </Labelled>
  );
}

export type Option = { id: string; name: string };
type ChoiceProps = {
  label: string;
  value: unknown;
  put: Put<string>;
  /** One group without a name is drawn as a plain list. */
  groups: { name: string; options: Option[] }[];
  required?: boolean;
  /** What stands for no choice. */
  none: string;
};

export function ChoiceField({ label, value, put, groups, required = false, none }: ChoiceProps) {
  const options = (of: Option[]) =>
    of.map(({ id, name }) => (
      <option key={id} value={id}>
        {name}
      </option>
    ));
  return (
    <Labelled label={label}>
      <select required={required} value={textOf(value)} onChange={event => put(event.currentTarget.value)}>
        <option value="">{none}</option>
        {groups.map(({ name, options: of }) =>
          name ? (
            <optgroup key={name} label={name}>
              {options(of)}
            </optgroup>
          ) : (
            options(of)
          ),
        )}
      </select>
    </Labelled>
  );
}

type ManyProps = { label: string; chosen: string[]; put: Put<string[]>; options: Option[] };

/** Any number of a few. */
export function ManyField({ label, chosen, put, options }: ManyProps) {
  return (
    <fieldset>
      <legend>{label}</legend>
      {options.map(({ id, name }) => (
        <label class="check" key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ currentTarget: { checked } }) =>
              put(checked ? [...chosen, id] : chosen.filter(other => other !== id))
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
