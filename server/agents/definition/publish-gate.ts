import type { TenantId } from '../../kernel/index.ts';
import type { AgentDefinition } from './definition.ts';

/** A version that is to be published, and the one it would replace. */
export interface Candidate {
  agentId: string;
  version: number;
  definition: AgentDefinition;
  /** Null for the first one. */
  published: { version: number; definition: AgentDefinition } | null;
}

export interface GateVerdict {
  passed: boolean;
  /** Numbers and names only: how many cases, how many passed each time, what became worse. */
  report: Record<string, unknown>;
}

/** Tries a version before it may answer anybody. It has no effect on anything outside. */
export interface PublishGate {
  /** Whether there is anything to try it on; one cheap query. */
  hasWork(tenantId: TenantId): Promise<boolean>;
  /** @throws what keeps it from an opinion; then nothing is published */
  judge(tenantId: TenantId, candidate: Candidate, signal: AbortSignal): Promise<GateVerdict>;
}
