import type { Client } from '../../api/client.ts';
import type { Desk } from './desk.ts';
import type { PanelState } from './panel-state.ts';

/** What the panel lends to the desk. */
export type DeskPorts = {
  client: Client;
  leadId: number;
  signal: AbortSignal;
  /** Text typed on this page and not sent; the desk's own keys are words. */
  drafts: Map<number | string, string>;
  newKey(): string;
  get(): PanelState;
  set(change: Partial<PanelState>): void;
};

export type OpenDesk = (ports: DeskPorts) => Desk;
