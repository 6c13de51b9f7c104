import { dateFormat, type TenantId } from '../../kernel/index.ts';
import type { AnswerRequest } from '../../llm/index.ts';
import { nameCandidates } from '../../masking/index.ts';
import { askModel, type QualityDeps } from '../../quality/index.ts';
import { type AgentDefinition, renderInstructions, scopeOf } from '../definition/index.ts';
import type { AgentDeps } from '../deps.ts';

export type TrialDeps = Pick<
  AgentDeps,
  'db' | 'rules' | 'models' | 'searchKnowledge' | 'hiddenWords' | 'accountOf' | 'clock'
> & { model: QualityDeps['model'] };

const bounds = { passages: 6, outputTokens: 1_200 };
const unknown = '–';

/**
 * What a version says to a question: by its own models, told its own instructions, from within its own knowledge.
 * No lead is open, nothing is offered that could change anything, and nobody sees the answer.
 *
 * @throws what search, the cap or the last of its models say
 */
export async function answerAs(
  deps: TrialDeps,
  tenantId: TenantId,
  definition: AgentDefinition,
  { question, locale, signal }: { question: string; locale: string; signal: AbortSignal },
): Promise<{ text: string; refused: boolean; documentIds: string[] }> {
  const { name: company, timeZone } = await deps.accountOf(tenantId);
  const hits = await deps.searchKnowledge(tenantId, {
    text: question,
    locale,
    limit: bounds.passages,
    filter: { scope: scopeOf({ definition }) },
    signal,
  });
  const { clients, always, never } = await deps.hiddenWords(
    tenantId,
    nameCandidates([question], { anyCase: true }),
  );
  const mask = deps.rules.createMask({ always, never, names: clients });
  const now = dateFormat('en-GB', timeZone, { dateStyle: 'full', timeStyle: 'short' });
  const request: AnswerRequest = {
    instructions: renderInstructions(definition, {
      company,
      'rep.name': unknown,
      'lead.name': unknown,
      'lead.stage': unknown,
      'lead.pipeline': unknown,
      'lead.price': unknown,
      'lead.responsible': unknown,
      today: now.format(deps.clock.now()),
      time_zone: timeZone,
      language: locale,
    }),
    locale,
    history: [],
    question: mask.mask(question),
    sources: hits.map(({ title, heading, body, score }, index) => ({
      n: index + 1,
      kind: 'document',
      title: mask.maskOwnText(title),
      ...(heading ? { heading: mask.maskOwnText(heading) } : {}),
      text: mask.maskOwnText(body),
      score,
    })),
    maxOutputTokens: bounds.outputTokens,
  };
  const { text } = await askModel(deps.model, tenantId, 'evaluate', request, signal, definition.models);
  const cited = [...text.matchAll(/\[(\d{1,3})\]/g)].flatMap(([, n]) => hits[Number(n) - 1] ?? []);
  const documentIds = new Set(
    cited.flatMap(({ documentId, alsoIn }) => [documentId, ...alsoIn.map(place => place.documentId)]),
  );
  // An answer that rests on nothing is none: it says that it does not know, or it should have.
  return { text: mask.restore(text), refused: documentIds.size === 0, documentIds: [...documentIds] };
}
