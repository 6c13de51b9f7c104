/** Proposals, as the API says them. */

export type ActionName =
  | 'note'
  | 'task-create'
  | 'task-complete'
  | 'task-reschedule'
  | 'stage'
  | 'price'
  | 'field'
  | 'tags'
  | 'responsible'
  | 'link-contact'
  | 'message'
  | 'email'
  | 'call-tool';

/** Typed by the action at the API's edge; the forms read and write single members. */
export type Arguments = Record<string, unknown>;

export type Change = {
  /** `stage`, `price`, `dueAt`, `text`, `field:123` and so on. */
  field: string;
  /** The name of a custom field. */
  label: string | null;
  kind: 'text' | 'money' | 'number' | 'time' | 'user' | 'stage' | 'tags' | 'boolean' | 'choice';
  before: string | number | boolean | null;
  after: string | number | boolean | null;
};

export type Conflict = {
  at: string;
  /** `before` is what the proposal saw, `after` what the record holds now. */
  differences: Change[];
};

export type ActionError = { code: string; detail: string };

export type Effect = {
  id: string;
  state: 'queued' | 'performing' | 'done' | 'failed' | 'dead' | 'unknown';
  attempts: number;
  nextAttemptAt: string | null;
  error: ActionError | null;
  result: null | {
    record: 'note' | 'task' | 'lead' | 'message' | 'email' | 'contact' | 'tool';
    recordId: string | null;
    url: string | null;
    /** What a tool answered. */
    answer?: string;
  };
};

export type Undo = {
  way: 'write-back' | 'compensate' | 'none';
  possible: boolean;
  /** A code: why it is not possible, or what came in between. */
  why: string | null;
  state: null | 'queued' | 'performing' | 'done' | 'failed' | 'conflict' | 'unknown';
};

export type ProposalView = {
  id: string;
  groupId: string;
  leadId: number;
  runId: string | null;
  /** The answer it came with. */
  messageId: string | null;
  action: ActionName;
  arguments: Arguments;
  /** Approval is bound to it: it changes with the arguments and with what the record was seen to hold. */
  digest: string;
  state: 'draft' | 'open' | 'approved' | 'refused' | 'expired';
  changes: Change[];
  conflict: Conflict | null;
  effect: Effect | null;
  undo: Undo;
  target: {
    kind: 'lead' | 'task' | 'contact' | 'client' | 'address';
    id: string | null;
    name: string | null;
  };
  proposedBy: { kind: 'rep' | 'agent' | 'admin'; name: string };
  approvedBy: { id: number; name: string } | null;
  /** What the rules found in the words of a message that an agent composed. */
  wording?: Wording | null;
  refusedReason: string | null;
  createdAt: string;
  expiresAt: string;
  decidedAt: string | null;
};

export type Wording = {
  /** What neither a cited source nor a field carries: it made the message a draft. */
  unsupported: { kind: string; text: string }[];
  /** Promises that were taken out. */
  leftOut: string[];
  /** Proposals of tasks that keep its promises. */
  tasks: string[];
};

/** What is remembered of a lead or its client. */
export type Fact = {
  id: string;
  about: 'lead' | 'contact';
  text: string;
  origin: 'rep' | 'model';
  /** The question it was said in. */
  messageId: string | null;
  isPrivate: boolean;
  /** Not used until a rep keeps it. */
  isSuggested: boolean;
  updatedAt: string;
};

export type ProposalPage = { proposals: ProposalView[]; nextCursor: string | null };

/** What this account has to choose from. */
export type Choices = {
  stages: { pipelineId: number; statusId: number; pipeline: string; status: string; color: string | null }[];
  users: { id: number; name: string }[];
  taskTypes: { id: number; name: string }[];
  tags: { id: number; name: string }[];
  fields: { id: number; name: string; type: string; enums: { id: number; value: string }[] | null }[];
  lossReasons: { id: number; name: string }[];
  ways: { way: string; available: boolean; reason: string | null }[];
};
