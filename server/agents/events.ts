import type { ProposalView } from '../actions/index.ts';
import type { CitationView, MessageView } from '../conversations/index.ts';

/** What a run tells whoever follows it. Names and shapes are public: see docs/streaming.md. */
export type RunEvent =
  | {
      type: 'run.started';
      data: { runId: string; conversationId: string; question: MessageView; answerId: string };
    }
  | { type: 'step'; data: { kind: 'reading-lead' | 'searching-knowledge' | 'answering' } }
  | { type: 'text.delta'; data: { offset: number; text: string } }
  | { type: 'citation'; data: CitationView }
  | { type: 'proposal'; data: ProposalView }
  | { type: 'usage'; data: { inputTokens: number; outputTokens: number; costMicros: number } }
  | { type: 'done'; data: { message: MessageView } }
  | {
      type: 'error';
      data: { code: string; detail: string; retryable: boolean; requestId: string; message: MessageView };
    };

export interface NumberedEvent {
  seq: number;
  event: RunEvent;
}
