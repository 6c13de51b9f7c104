import { createHash } from 'node:crypto';
import type { Said } from '../answer-question.ts';
import type { RunEnd, RunStart } from '../queries.ts';
import type { RunStep } from '../steps.ts';
import type { Trace, TraceStep } from './trace.ts';

/** What there is to keep of a turn that has ended; null where nothing was gathered, so that no model was asked. */
export function makeTrace(
  start: RunStart,
  startedAt: Date,
  { given, steps }: Said,
  end: Pick<RunEnd, 'state' | 'error'>,
): Trace | null {
  if (given === null) return null;
  const { context, tools } = given;
  const { instructions, locale, summary, history, question, sources, maxOutputTokens } = context.request;
  return {
    format: 1,
    runId: start.runId,
    leadId: start.leadId,
    userId: start.userId,
    startedAt: startedAt.toISOString(),
    promptDigest: createHash('sha256').update(instructions).digest('hex'),
    request: {
      instructions,
      locale,
      ...(summary === undefined ? {} : { summary }),
      history,
      question,
      sources: sources.map(source => ({ ...source, passage: passageOf(context.byNumber.get(source.n)) })),
      maxOutputTokens,
    },
    tools,
    steps: steps.flatMap(traceStep),
    end: { state: end.state, errorCode: end.error?.code ?? null },
  };
}

type Numbered = NonNullable<Said['given']>['context']['byNumber'];

function passageOf(source: ReturnType<Numbered['get']>): Trace['request']['sources'][number]['passage'] {
  if (source?.kind !== 'document') return null;
  const { documentId, versionId, start, end } = source.hit;
  return { documentId, versionId, start, end };
}

function traceStep({ words, startedAt, kind: _, ...counted }: RunStep): TraceStep[] {
  if (!words || !startedAt) return [];
  return [{ ...counted, startedAt: startedAt.toISOString(), ...words }];
}
