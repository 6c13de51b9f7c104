import type { ActionName } from '../../actions/index.ts';
import type { LeadView } from '../../kommo/index.ts';
import type { StageChoice } from './match-stage.ts';

export interface FieldChoice {
  id: number;
  name: string;
  type: string;
  enums: { id: number; value: string }[] | null;
}

/** An action as the rep ordered it, to be proposed. */
export interface OrderedAction {
  action: ActionName;
  arguments: Record<string, unknown>;
  /** What a message to the client may rest on. */
  support?: string[];
  /** The words by which a stage or a colleague was named, where a model named them. */
  named?: string;
}

export interface CommandOutcome {
  /** What the rep is told, as Markdown. */
  text: string;
  actions: OrderedAction[];
  /** What is to be remembered of the lead. */
  fact?: string;
}

export interface CommandContext {
  locale: string;
  timeZone: string;
  now: Date;
  lead: LeadView['lead'];
  stages(): Promise<StageChoice[]>;
  fields(): Promise<FieldChoice[]>;
  contacts(words: string): Promise<{ id: number; name: string }[]>;
}
