import type { ActionName, Arguments, Choices } from '../../../api/proposal-types.ts';
import type { Texts } from '../../../ui/text.ts';

/** What every field of a form reads and writes. */
export type Form = {
  action: ActionName;
  values: Arguments;
  put(change: Arguments): void;
  choices: Choices | null;
  texts: Texts;
  timezone: string | undefined;
};
