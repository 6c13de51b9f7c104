import type { CallPiece } from './completion-stream.ts';
import { ModelAnswerUnreadable } from './errors.ts';
import type { ToolCall } from './llm.ts';

/** More calls in one answer, or longer ones, are a model gone wild. */
const callsMax = 16;
const argumentCharsMax = 64_000;

export interface CallCollector {
  /** @throws ModelAnswerUnreadable where the calls grow out of all bounds */
  add(pieces: CallPiece[]): void;
  calls(): ToolCall[];
}

/**
 * Puts tool calls together from the fragments they are streamed in. Parallel calls are told apart by their
 * index; where a server sends none, or the same for all, by a new id or else by a new name.
 */
export function collectCalls(): CallCollector {
  const open: (ToolCall & { index: number | null })[] = [];
  return {
    add(pieces) {
      for (const piece of pieces) {
        const call = find(open, piece) ?? begin(open, piece);
        call.name ||= piece.name ?? '';
        call.arguments += piece.arguments;
        if (open.length > callsMax || call.arguments.length > argumentCharsMax)
          throw new ModelAnswerUnreadable();
      }
    },
    calls: () => open.map(({ id, name, arguments: given }) => ({ id, name, arguments: given || '{}' })),
  };
}

type Open = ToolCall & { index: number | null };

function find(open: Open[], { id, index, name }: CallPiece): Open | undefined {
  if (id !== null && id !== '') return open.find(call => call.id === id);
  if (index !== null) return open.findLast(call => call.index === index);
  return name === null || name === '' ? open.at(-1) : undefined;
}

function begin(open: Open[], { id, index, name }: CallPiece): Open {
  const call = { id: id || `call-${open.length + 1}`, index, name: name ?? '', arguments: '' };
  open.push(call);
  return call;
}
