/** Kommo's numbers of what can set an automation off. */
export const eventTypes = {
  lead_added: 1,
  lead_status_changed: 14,
  lead_appeared_in_status: 15,
  mail_in: 16,
  call_in: 17,
  site_visit: 18,
  chat: 19,
} as const;
export type EventCode = keyof typeof eventTypes;

/** What a stage of a pipeline does when a lead comes to it. */
export interface Trigger {
  id: number;
  pipelineId: number;
  statusId: number;
  on: EventCode;
  action:
    | { kind: 'widget'; clientId: string; url: string; settings: Record<string, unknown> }
    | { kind: 'webhook'; url: string }
    | { kind: 'bot'; botId: number };
  /** Kommo's `action_multiple`: the stages it stretches over, its own among them. */
  stretch: number[];
}
