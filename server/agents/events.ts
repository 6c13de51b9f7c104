import type { ProposalView } from '../actions/index.ts';
import type { CitationView, MessageView, ToolUse } from '../conversations/index.ts';

/** What a run tells whoever follows it. Names and shapes are public: see docs/streaming.md. */
export type RunEvent =
  | {
      type: 'run.started';
      data: { runId: string; conversationId: string; question: MessageView; answerId: string };
    }
  | { type: 'step'; data: { kind: 'reading-lead' | 'searching-knowledge' | 'answering' } }
  /** One call of a tool: told when it begins and when it has ended, under the same id. */
  | { type: 'step'; data: { kind: 'tool'; id: string } & ToolUse }
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
