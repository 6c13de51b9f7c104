import type { ToolUse } from '../conversations/index.ts';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { ToolCall } from '../llm/index.ts';
import type { Decision } from '../policy/index.ts';

/** What a call of a model or a tool was given and gave back, masked as the model saw it; it is kept sealed only. */
export type StepWords =
  | {
      kind: 'model';
      /** Numbers of the sources it was shown: fewer than there were where its window was too small. */
      sources: number[];
      text: string;
      calls: ToolCall[];
    }
  | { kind: 'tool'; callId: string; arguments: string; content: string };

/** One call of a model or a tool within a run, as it is counted. */
export interface RunStep {
  kind: 'model' | 'tool';
  /** Of the model or the tool. */
  name: string;
  /** Null where it worked. */
  failureCode: string | null;
  /** When it began; the stored rows have their order instead. */
  startedAt?: Date;
  durationMs: number;
  /** Of a tool that orders something: what the policy said. */
  decision: Pick<Decision, 'mode' | 'reason'> | null;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  words?: StepWords;
}

/** The tools among them, as whoever reads the answer is told. */
export function toolsOf(steps: RunStep[]): ToolUse[] {
  return steps
    .filter(({ kind }) => kind === 'tool')
    .map(({ name, failureCode }) => ({
      name: name.slice(0, 100),
      state: failureCode === null ? 'done' : 'refused',
    }));
}

/** Keeps the steps of a run that has ended; a run is stored once. */
export async function storeSteps(tx: Tx, tenantId: TenantId, runId: string, steps: RunStep[]): Promise<void> {
  if (steps.length === 0) return;
  await tx('run_steps').insert(
    steps.map((step, index) => ({
      tenant_id: tenantId,
      run_id: runId,
      ordinal: index + 1,
      kind: step.kind,
      // A model may call a tool that does not exist by any name.
      name: step.name.slice(0, 100),
      failure_code: step.failureCode,
      duration_ms: step.durationMs,
      decision: step.decision?.mode ?? null,
      decision_reason: step.decision?.reason ?? null,
      input_tokens: step.inputTokens,
      output_tokens: step.outputTokens,
      cost_micros: step.costMicros,
    })),
  );
}

export async function readSteps(tx: Tx, tenantId: TenantId, runId: string): Promise<RunStep[]> {
  const rows = await tx('run_steps').where({ tenant_id: tenantId, run_id: runId }).orderBy('ordinal');
  return rows.map(row => ({
    kind: row.kind,
    name: row.name,
    failureCode: row.failure_code,
    durationMs: row.duration_ms,
    decision: row.decision === null ? null : { mode: row.decision, reason: row.decision_reason },
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costMicros: Number(row.cost_micros),
  }));
}
