import type { ComponentChildren, Ref } from 'preact';
import { Icon, type IconName } from './icons.tsx';

type Props = {
  icon: IconName;
  label: string;
  onClick?: () => void;
  class?: string;
  type?: 'button' | 'submit';
  disabled?: boolean;
  pressed?: boolean;
  expanded?: boolean;
  focus?: Ref<HTMLButtonElement>;
  /** Words beside the icon; without them the label is read and shown on hover. */
  children?: ComponentChildren;
};

/** A button that is an icon. */
export function Tool({ icon, label, onClick, class: look = 'tool', type = 'button', ...rest }: Props) {
  return (
    <button
      type={type}
      class={look}
      ref={rest.focus ?? null}
      aria-label={label}
      title={label}
      aria-pressed={rest.pressed}
      aria-expanded={rest.expanded}
      disabled={rest.disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
      {rest.children}
    </button>
  );
}
