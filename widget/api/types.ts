/** What the API says, as the widget reads it. */

import type { ProposalView } from './proposal-types.ts';

export type Session = {
  token: string;
  expiresAt: string;
  user: { id: number; name: string; isAdmin: boolean };
  account: { id: number; name: string; subdomain: string; timezone: string };
  state: 'ready' | 'syncing' | 'reconnect-needed';
  model: { kind: 'offline' | 'online'; name: string };
  knowledge: { documents: number };
};

export type LeadRecord = 'lead' | 'contact' | 'note' | 'task' | 'message';

export type DocumentCitation = {
  id: string;
  /** The number between brackets in the answer. */
  n: number;
  kind: 'document';
  documentId: string;
  title: string;
  start: number;
  end: number;
  quote: string;
  deleted: boolean;
};

export type LeadCitation = {
  id: string;
  n: number;
  kind: 'lead';
  record: LeadRecord;
  recordId: number;
  label: string;
  quote: string;
  at: string | null;
};

export type Citation = DocumentCitation | LeadCitation;

export type CitedDocument = {
  id: string;
  kind: 'document';
  deleted: boolean;
  document: { id: string; title: string; versionNumber: number; isCurrentVersion: boolean };
  /** The part of the stored version that begins at `textStart`; empty once the document is deleted. */
  text: string;
  textStart: number;
  start: number;
  end: number;
  quote: string;
  language: string | null;
};

export type CitedRecord = Omit<LeadCitation, 'n'>;
export type CitedSource = CitedDocument | CitedRecord;

export type FeedbackReason = 'wrong' | 'incomplete' | 'outdated' | 'tone' | 'other';

export type Feedback = {
  rating: 'up' | 'down';
  reason?: FeedbackReason | null;
  comment?: string | null;
};

export type RunStatus = 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export type RunError = { code: string; detail: string; retryable: boolean };

export type Message = {
  id: string;
  role: 'rep' | 'assistant';
  author: { kind: 'user' | 'agent'; id: number | null; name: string };
  text: string;
  createdAt: string;
  run: { id: string; status: RunStatus; error: RunError | null; tools?: ToolUse[] } | null;
  citations: Citation[];
  feedback: Feedback | null;
  /** Written without a model: it only quotes. */
  offline: boolean;
};

export type Thread = {
  conversationId: string | null;
  lead: { id: number; name: string };
  /** Oldest first. */
  messages: Message[];
  hasMore: boolean;
  activeRunId: string | null;
};

export type Suggestion = { id: string; text: string };

/** A tool that an answer's run called. */
export type ToolUse = { name: string; state: 'running' | 'done' | 'refused' };

export type StepKind = 'reading-lead' | 'searching-knowledge' | 'answering';

export type RunEvent =
  | {
      name: 'run.started';
      data: { runId: string; conversationId: string; question: Message; answerId: string };
    }
  | { name: 'step'; data: { kind: StepKind } | ({ kind: 'tool'; id: string } & ToolUse) }
  | { name: 'text.delta'; data: { offset: number; text: string } }
  | { name: 'citation'; data: Citation }
  | { name: 'proposal'; data: ProposalView }
  | { name: 'done'; data: { message: Message } }
  | { name: 'error'; data: RunError & { requestId: string; message: Message | null } };
