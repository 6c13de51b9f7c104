import type { Knex } from 'knex';
import * as frame from './20261122000000_frame.ts';
import * as kommoClient from './20261123000100_kommo_client.ts';
import * as kommoIntegrations from './20261123000101_kommo_integrations.ts';
import * as mirror from './20261123000200_mirror.ts';
import * as actions from './20261123000300_actions.ts';
import * as search from './20261123000400_search.ts';
import * as sources from './20261123000500_sources.ts';
import * as runSteps from './20261123000600_run_steps.ts';
import * as hookHints from './20261124000100_hook_hints.ts';
import * as searchFilters from './20261124000300_search_filters.ts';
import * as goldenSets from './20261124000400_golden_sets.ts';
import * as gaps from './20261124000410_gaps.ts';
import * as publishGate from './20261124000420_publish_gate.ts';
import * as embeddingSpaces from './20261124000500_embedding_spaces.ts';
import * as passagesByContent from './20261124000501_passages_by_content.ts';
import * as agents from './20261124000600_agents.ts';
import * as budgets from './20261124000601_budgets.ts';
import * as maskingTerms from './20261124000700_masking_terms.ts';
import * as wording from './20261124000701_wording.ts';
import * as runTraces from './20261124000800_run_traces.ts';
import * as memory from './20261124000801_memory.ts';
import * as tools from './20261124000802_tools.ts';
import * as clientNames from './20261125000100_client_names.ts';
import * as vectorStatistics from './20261125000200_vector_statistics.ts';
import * as modelProviders from './20261125000300_model_providers.ts';
import * as summaries from './20261125000400_summaries.ts';
import * as suggestedFacts from './20261125000401_suggested_facts.ts';
import * as erasedPeople from './20261125000402_erased_people.ts';
import * as tenantsWhere from './20261125000500_tenants_where.ts';

/** A change of the schema: immutable once released. */
export interface Migration {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
  /** Without one where a statement cannot run in it. */
  config?: { transaction: boolean };
}

/** Every migration by the name it is recorded under, oldest first; listed here because the server is bundled. */
export const migrations: Record<string, Migration> = {
  '20261122000000_frame': frame,
  '20261123000100_kommo_client': kommoClient,
  '20261123000101_kommo_integrations': kommoIntegrations,
  '20261123000200_mirror': mirror,
  '20261123000300_actions': actions,
  '20261123000400_search': search,
  '20261123000500_sources': sources,
  '20261123000600_run_steps': runSteps,
  '20261124000100_hook_hints': hookHints,
  '20261124000300_search_filters': searchFilters,
  '20261124000400_golden_sets': goldenSets,
  '20261124000410_gaps': gaps,
  '20261124000420_publish_gate': publishGate,
  '20261124000500_embedding_spaces': embeddingSpaces,
  '20261124000501_passages_by_content': passagesByContent,
  '20261124000600_agents': agents,
  '20261124000601_budgets': budgets,
  '20261124000700_masking_terms': maskingTerms,
  '20261124000701_wording': wording,
  '20261124000800_run_traces': runTraces,
  '20261124000801_memory': memory,
  '20261124000802_tools': tools,
  '20261125000100_client_names': clientNames,
  '20261125000200_vector_statistics': vectorStatistics,
  '20261125000300_model_providers': modelProviders,
  '20261125000400_summaries': summaries,
  '20261125000401_suggested_facts': suggestedFacts,
  '20261125000402_erased_people': erasedPeople,
  '20261125000500_tenants_where': tenantsWhere,
};
