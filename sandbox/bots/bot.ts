/** One instruction of a bot; what its params must be, its own file says. */
export interface Handler {
  handler: string;
  params: unknown;
}

export interface Step {
  question?: Handler[];
  answer?: Handler[];
  finish?: Handler[];
}

export interface Source {
  steps: Step[];
  /** What happens when a message of the bot cannot be delivered. */
  error: Handler[];
}

export type Section = keyof Step;

/** Whose step a flow is; only inside of one may a bot ask a server. */
export interface WidgetStep {
  clientId: string;
  encoding: 'form' | 'json';
  algorithm: 'HS512' | 'HS256';
}

export interface Bot {
  id: number;
  name: string;
  active: boolean;
  visual: boolean;
  kind: 'salesbot' | 'marketingbot';
  source: Source;
  /** The whole bot is this widget's step. */
  widget: WidgetStep | null;
  /** Kommo: begins by itself when a client opens a conversation, or on every message once it loops. */
  startsOnMessage: boolean;
}

/** A flow being carried out: the bot itself, or a widget's step inside of it. */
export interface Frame {
  source: Source;
  widget: WidgetStep | null;
  step: number;
  section: Section;
  /** What is still to do before the section ends. */
  queue: Handler[];
  /** Where a widget's exits lead in the flow around it. */
  exits: Record<string, Handler[]>;
}

export type RunState =
  | 'running'
  | 'waiting-answer'
  | 'waiting-continue'
  | 'done'
  | 'stopped'
  | 'failed'
  | 'blocked';

export interface BotRun {
  id: number;
  botId: number;
  entityType: 'leads' | 'contacts';
  entityId: number;
  talkId: number | null;
  state: RunState;
  startedAt: number;
  /** Innermost last. */
  frames: Frame[];
  messageText: string;
  json: Record<string, unknown>;
  /** What `find`, `filter` and `validations` left for the placeholders. */
  found: Record<string, string>;
  /** Where an answer of the client leads; null for the current step's answer. */
  next: { section: 'question' | 'answer'; step: number } | null;
  pending: {
    continueId: number;
    url: string;
    data: Record<string, string>;
    widget: WidgetStep;
    resent: boolean;
  } | null;
  why: string | null;
  finishing: boolean;
}
