export { type Actor, addDocument, replaceDocument } from './add-document.ts';
export {
  type CitedSpan,
  countReadyDocuments,
  type Excerpt,
  readCitation,
  readyDocumentTitles,
} from './citations.ts';
export { editsBetween } from './corrections.ts';
export { deleteDocument } from './delete-document.ts';
export type { DraftDecision, KnowledgeDeps, ModelMeter, ProductList, WonConversation } from './deps.ts';
export { UploadKeyReused } from './errors.ts';
export { languageOf } from './extraction/language.ts';
export { indexDocument } from './index-document.ts';
export { mergeIdentical } from './merge-identical.ts';
export { type Knowledge, openKnowledge } from './open-knowledge.ts';
export { type QuestionTerms, questionTerms } from './question-terms.ts';
export { receiveUpload, type Upload } from './receive-upload.ts';
export { knowledgeRoutes } from './routes.ts';
export { missingSources } from './scope.ts';
export {
  embedded as embedQuestion,
  type FoundPassage,
  type SearchDeps,
  type SearchQuestion,
  searchKnowledge,
  supportThreshold,
} from './search.ts';
export { type KnowledgeScope, type SearchFilter, tagOf } from './search-filter.ts';
export { dropOrphanedGraphs } from './spaces/drop-orphans.ts';
export { indexVectors } from './spaces/index-vectors.ts';
export {
  readSupportThreshold,
  type SupportThreshold,
  scoreMeaning,
  supportThresholds,
} from './support-threshold.ts';
