import type { Db } from '../db/index.ts';
import type { Caller } from '../http/index.ts';
import type { Queue } from '../jobs/index.ts';
import type { Logger, TenantId } from '../kernel/index.ts';
import type { Models } from '../models/index.ts';

export interface ModelDeps {
  db: Db;
  models: Pick<Models, 'chainFor'>;
  /** The account's own calendar day. */
  dayOf(tenantId: TenantId): Promise<string>;
  capMicros: number;
}

/** What is tried out before it is published, such as the version of an agent: ids that only its owner reads. */
export type Candidate = { readonly [name: string]: string };

/** A passage as search found it for a question. */
export interface FoundHit {
  documentId: string;
  title: string;
  start: number;
  end: number;
  body: string;
  /** 0..1, comparable with the tenant's threshold. */
  score: number;
}

export interface AskedQuestion {
  question: string;
  locale: string;
  /** Null for what is in use. */
  candidate: Candidate | null;
  signal: AbortSignal;
}

/** What this slice is handed by compose. */
export interface QualityDeps {
  db: Db;
  queue: Queue;
  log: Logger;
  uploadBytesMax: number;
  /** The ten best passages, also those too weak to answer from. */
  search(tenantId: TenantId, asked: AskedQuestion): Promise<FoundHit[]>;
  /** What the agent says, as a client or rep would read it; `refused` where it said that it does not know. */
  answer(tenantId: TenantId, asked: AskedQuestion): Promise<{ text: string; refused: boolean }>;
  /** Where a question stands in meaning, and by which model; null without one. */
  embed(
    tenantId: TenantId,
    question: string,
    signal: AbortSignal,
  ): Promise<{ vector: number[]; model: string } | null>;
  /** Writes articles. */
  model: ModelDeps;
  thresholds: {
    /** The score from which a passage supports an answer. */
    of(tenantId: TenantId): Promise<number>;
    forget(tenantId: TenantId): void;
    /** What scores mean: those of another meaning are not compared with it. */
    meaning: string;
  };
  /** @throws NotFound unless the rep may see the lead */
  authoriseLead(caller: Caller & { kind: 'rep' }, leadId: number, signal: AbortSignal): Promise<unknown>;
}
