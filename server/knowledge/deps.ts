import type { Db, Tx } from '../db/index.ts';
import type { Files } from '../files/index.ts';
import type { Queue } from '../jobs/index.ts';
import type { Logger, TenantId } from '../kernel/index.ts';
import type { Embedder, Prices, Reranker } from '../llm/index.ts';

/** Makes one call of an embedding or a reranking model on a tenant's account. */
export type ModelMeter = <T>(
  tenantId: TenantId,
  what: { purpose: 'embed-passages' | 'embed-question' | 'rerank'; model: string; texts: string[] },
  call: () => Promise<T>,
) => Promise<T>;

/** A list of the account's CRM, such as its products, as records with names a person reads. */
export interface ProductList {
  id: string;
  title: string;
  records: Record<string, string>[];
}

/** What a client and the company said to each other; nothing internal. */
export interface WonConversation {
  leadId: number;
  messages: { id: string; from: 'client' | 'company'; text: string }[];
}

/** What a person decided about a proposed article. */
export interface DraftDecision {
  gapId: string;
  state: 'accepted' | 'refused';
  documentId: string | null;
}

/** What this slice is handed by compose. */
export interface KnowledgeDeps {
  db: Db;
  files: Files;
  queue: Queue;
  /** Null where no embedding model is set: search is by words alone then. */
  embedder: Embedder | null;
  /** Another model of the same provider, for a tenant whose vectors are of it; null where there is none. */
  openEmbedder?(model: string, dimensions: number): Embedder | null;
  /** How precisely new spaces keep their vectors; in full unless told, or unless they are too long for it. */
  precision?: 'full' | 'half' | null;
  /** Puts the best passages in order; none unless an operator sets one. */
  reranker?: Reranker | null;
  /** Counts what a call of these models costs the tenant. @throws CapReached before it is made */
  meter: ModelMeter;
  /** What the operator says that models cost, and since when. */
  prices?: { date: string; models: Prices } | null;
  log: Logger;
  /** Where a test stops or kills the process; otherwise nothing happens at these points. */
  reach?(point: string): Promise<void> | void;
  uploadBytesMax: number;
  /** The outbound door for addresses that tenants, documents and pages give. */
  fetchPublic: typeof fetch;
  crawl: {
    userAgent: string;
    /** Between two calls to one host; longer where its robots.txt asks for it. */
    pauseMs: number;
  };
  /** Lists of the account's CRM, such as products. */
  readProducts(tenantId: TenantId, signal: AbortSignal): Promise<ProductList[]>;
  /** What was said in leads that were won, as the client saw it. */
  readWonConversations(tenantId: TenantId, signal: AbortSignal): AsyncIterable<WonConversation>;
  /** Told in the same transaction, where an article was proposed for what the knowledge lacks. */
  onDraftDecided?: (tx: Tx, tenantId: TenantId, decision: DraftDecision) => Promise<void>;
  /** The entry of the process that reads documents; by default found beside the code. */
  extractorPath?: string;
  /** Of reading one document; 60 s and 640 MB unless told. */
  extractionLimits?: { timeMsMax: number; memoryMbMax: number };
}
