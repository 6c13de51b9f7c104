import type { TenantId } from '../../kernel/index.ts';
import type { FinishedSpan } from '../../telemetry/index.ts';
import type { Trace, TraceStep } from './trace.ts';

/**
 * A run as a span with its steps, named as OpenTelemetry's conventions for generative AI have it
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/). Ids and numbers only: no words of anybody.
 */
export function spanOf(tenantId: TenantId, trace: Trace): FinishedSpan {
  const known = new Set(trace.tools.map(({ name }) => name));
  // A model may call a tool by any words.
  const named = trace.steps.map(step =>
    step.kind === 'tool' && !known.has(step.name) ? { ...step, name: 'unknown' } : step,
  );
  const children = named.map(stepSpan);
  const startedAt = new Date(trace.startedAt);
  const endedAt = new Date(Math.max(startedAt.getTime(), ...children.map(child => child.endedAt.getTime())));
  return {
    name: 'invoke_agent',
    startedAt,
    endedAt,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'cardwise.tenant.id': tenantId,
      'cardwise.run.id': trace.runId,
      'cardwise.run.state': trace.end.state,
      'cardwise.prompt.digest': trace.promptDigest,
      'cardwise.cost.micros': trace.steps.reduce((sum, { costMicros }) => sum + costMicros, 0),
    },
    failure: trace.end.errorCode,
    children,
  };
}

function stepSpan(step: TraceStep): FinishedSpan {
  const startedAt = new Date(step.startedAt);
  const attributes =
    step.kind === 'model'
      ? {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': step.name,
          'gen_ai.usage.input_tokens': step.inputTokens,
          'gen_ai.usage.output_tokens': step.outputTokens,
        }
      : {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': step.name,
          'gen_ai.tool.call.id': step.callId,
        };
  return {
    name: step.kind === 'model' ? `chat ${step.name}` : `execute_tool ${step.name}`,
    startedAt,
    endedAt: new Date(startedAt.getTime() + step.durationMs),
    attributes,
    failure: step.failureCode,
    children: [],
  };
}
