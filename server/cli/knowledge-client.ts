import { z } from 'zod';
import { openAccount, type ServerAddress } from './account-client.ts';

export { Refused, type ServerAddress } from './account-client.ts';

import type { EmbeddingChange } from './knowledge-arguments.ts';

const Document = z.object({
  id: z.string(),
  title: z.string(),
  state: z.string(),
  stage: z.string().nullable(),
  progress: z.object({ done: z.number(), total: z.number() }),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  version: z.number(),
  passages: z.number(),
  tags: z.array(z.string()),
});
const Documents = z.object({ documents: z.array(Document), next: z.string().nullable() });
const Found = z.object({
  passages: z.array(
    z.object({ title: z.string(), heading: z.string(), body: z.string(), score: z.number() }),
  ),
  supportThreshold: z.number(),
});
const Source = z.object({
  id: z.string(),
  title: z.string(),
  state: z.string(),
  progress: z.object({ done: z.number(), total: z.number() }),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  documents: z.number(),
});
const Versions = z.object({
  versions: z.array(
    z.object({
      number: z.number(),
      passages: z.number(),
      searchable: z.boolean(),
      restoredFrom: z.number().nullable(),
      createdAt: z.string(),
    }),
  ),
});
const Passages = z.array(z.object({ text: z.string() }));
const Comparison = z.object({
  added: Passages,
  removed: Passages,
  counts: z.object({ added: z.number(), removed: z.number(), kept: z.number() }),
});
const Kind = { model: z.string(), dimensions: z.number(), precision: z.string() };
const Estimate = z.object({
  ...Kind,
  passages: z.number(),
  missing: z.number(),
  tokens: z.number(),
  costMicros: z.number(),
  pricesOf: z.string().nullable(),
});
const Spaces = z.object({
  spaces: z.array(
    z.object({
      id: z.string(),
      ...Kind,
      state: z.string(),
      progress: z.object({ done: z.number(), total: z.number() }),
      failure: z.object({ code: z.string() }).nullable(),
    }),
  ),
  pending: z.object(Kind).nullable(),
});

export type RemoteDocument = z.infer<typeof Document>;
export type RemoteSource = z.infer<typeof Source>;
export type RemoteVersions = z.infer<typeof Versions>['versions'];
export type RemoteComparison = z.infer<typeof Comparison>;
export type RemoteSpaces = z.infer<typeof Spaces>;
export type RemoteEstimate = z.infer<typeof Estimate>;
export type RemotePassages = z.infer<typeof Found>;

export interface KnowledgeClient {
  /** The account all other calls are about, as a person would name it. */
  readonly account: string;
  list(): Promise<RemoteDocument[]>;
  get(id: string): Promise<RemoteDocument>;
  /** A new document, or with `replaces` a new version of one. */
  upload(
    file: { name: string; title: string; mediaType: string; bytes: Uint8Array },
    replaces: string | null,
  ): Promise<RemoteDocument>;
  /** Begins to read a site. */
  addSite(address: string): Promise<RemoteSource>;
  getSource(id: string): Promise<RemoteSource>;
  versions(id: string): Promise<RemoteVersions>;
  compare(id: string, from: number, to: number): Promise<RemoteComparison>;
  restore(id: string, version: number): Promise<RemoteDocument>;
  remove(id: string): Promise<void>;
  tag(id: string, tags: string[]): Promise<RemoteDocument>;
  search(question: string, tags: string[]): Promise<RemotePassages>;
  spaces(): Promise<RemoteSpaces>;
  estimateSpace(change: EmbeddingChange): Promise<RemoteEstimate>;
  requestSpace(change: EmbeddingChange, costMicrosMax: number): Promise<RemoteSpaces>;
  cancelSpace(id: string): Promise<RemoteSpaces>;
}

/** A client for one account's knowledge. @throws Refused as `openAccount` */
export async function openKnowledgeClient(
  address: ServerAddress,
  wanted: string | null,
  fetcher: typeof fetch = fetch,
): Promise<KnowledgeClient> {
  const { account, call: asAdmin } = await openAccount(address, wanted, fetcher);
  return {
    account,
    async list() {
      const documents: RemoteDocument[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const path: string = `/v1/documents?limit=100${after === '' ? '' : `&after=${after}`}`;
        const page = Documents.parse(await asAdmin('GET', path));
        documents.push(...page.documents);
        after = page.next;
      }
      return documents;
    },
    get: async id => Document.parse(await asAdmin('GET', `/v1/documents/${encodeURIComponent(id)}`)),
    async upload({ name, title, mediaType, bytes }, replaces) {
      const form = new FormData();
      form.set('title', title);
      form.set('file', new Blob([Uint8Array.from(bytes)], { type: mediaType }), name);
      return Document.parse(
        replaces === null
          ? await asAdmin('POST', '/v1/documents', form)
          : await asAdmin('PUT', `/v1/documents/${replaces}/file`, form),
      );
    },
    addSite: async address =>
      Source.parse(await asAdmin('POST', '/v1/sources', JSON.stringify({ kind: 'site', address }))),
    getSource: async id => Source.parse(await asAdmin('GET', `/v1/sources/${encodeURIComponent(id)}`)),
    versions: async id =>
      Versions.parse(await asAdmin('GET', `/v1/documents/${encodeURIComponent(id)}/versions`)).versions,
    compare: async (id, from, to) =>
      Comparison.parse(
        await asAdmin(
          'GET',
          `/v1/documents/${encodeURIComponent(id)}/versions/compare?from=${from}&to=${to}`,
        ),
      ),
    restore: async (id, version) =>
      Document.parse(
        await asAdmin('POST', `/v1/documents/${encodeURIComponent(id)}/versions/${version}/restore`),
      ),
    async remove(id) {
      await asAdmin('DELETE', `/v1/documents/${encodeURIComponent(id)}`);
    },
    tag: async (id, tags) =>
      Document.parse(
        await asAdmin('PUT', `/v1/documents/${encodeURIComponent(id)}/tags`, JSON.stringify({ tags })),
      ),
    async search(question, tags) {
      const asked = new URLSearchParams({ q: question, ...(tags.length > 0 ? { tags: tags.join() } : {}) });
      return Found.parse(await asAdmin('GET', `/v1/knowledge/search?${asked}`));
    },
    spaces: async () => Spaces.parse(await asAdmin('GET', '/v1/embedding-spaces')),
    estimateSpace: async change => {
      const named = Object.entries(change).map(([name, value]) => [name, String(value)]);
      const query = new URLSearchParams(Object.fromEntries(named));
      return Estimate.parse(await asAdmin('GET', `/v1/embedding-spaces/estimate?${query}`));
    },
    requestSpace: async (change, costMicrosMax) => {
      const body = JSON.stringify({ ...change, costMicrosMax });
      return Spaces.parse(await asAdmin('POST', '/v1/embedding-spaces', body));
    },
    cancelSpace: async id => Spaces.parse(await asAdmin('POST', `/v1/embedding-spaces/${id}/cancel`)),
  };
}
