import type { TenantId } from '../kernel/index.ts';
import type { AnswerRequest } from '../llm/index.ts';
import { createMask, type Mask } from '../masking/index.ts';
import type { AgentDeps, KnowledgeHit } from './deps.ts';
import { type LeadSource, leadSources } from './lead-sources.ts';
import type { RunStart } from './queries.ts';

/** What a number in the answer can stand for. */
export type CitableSource = { kind: 'document'; hit: KnowledgeHit } | { kind: 'lead'; source: LeadSource };

export interface RunContext {
  request: AnswerRequest;
  byNumber: Map<number, CitableSource>;
  mask: Mask;
}

const bounds = { passages: 6, historyTurns: 10, turnLength: 2000, outputTokens: 1200 };

export interface ContextInput {
  question: string;
  history: { role: 'rep' | 'assistant'; text: string }[];
  onStep(kind: 'reading-lead' | 'searching-knowledge'): void;
  signal: AbortSignal;
}

/**
 * Gathers what the model is given: the lead within the rep's rights, the passages that fit, earlier turns.
 * Everything but the company's own knowledge is masked; the numbers are what the answer may cite.
 */
export async function gatherContext(
  deps: AgentDeps,
  tenantId: TenantId,
  start: RunStart,
  input: ContextInput,
): Promise<RunContext> {
  const account = await deps.accountOf(tenantId);
  input.onStep('reading-lead');
  const view = await deps.leads.read(account, start.userId, start.leadId, input.signal);
  input.onStep('searching-knowledge');
  const search = { text: input.question, locale: start.locale, limit: bounds.passages, signal: input.signal };
  const hits = await deps.searchKnowledge(tenantId, search);
  const now = deps.clock.now();
  const records = leadSources(view, { locale: start.locale, timeZone: account.timeZone, now });

  const mask = createMask();
  const byNumber = new Map<number, CitableSource>();
  const sources: AnswerRequest['sources'] = [];
  for (const hit of hits) {
    const n = sources.length + 1;
    byNumber.set(n, { kind: 'document', hit });
    sources.push({ n, kind: 'document', title: hit.title, text: hit.body, score: hit.score });
  }
  for (const source of records) {
    const n = sources.length + 1;
    byNumber.set(n, { kind: 'lead', source });
    sources.push({ n, kind: 'lead', title: mask.mask(source.label), text: mask.mask(source.text), score: 1 });
  }
  return {
    request: {
      instructions: instructions(account.name, now, account.timeZone),
      locale: start.locale,
      history: input.history
        .slice(-bounds.historyTurns)
        .map(({ role, text }) => ({ role, text: mask.mask(withoutMarks(text).slice(0, bounds.turnLength)) })),
      question: mask.mask(input.question),
      sources,
      maxOutputTokens: bounds.outputTokens,
    },
    byNumber,
    mask,
  };
}

/** Numbers of earlier answers mean other sources now, so they are not shown again. */
function withoutMarks(text: string): string {
  return text.replaceAll(/\[\d{1,3}\]/g, '');
}

function instructions(accountName: string, now: Date, timeZone: string): string {
  const today = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(
    now,
  );
  return [
    `You assist the sales team of ${accountName} inside their CRM. The person asking is a sales rep who has one lead open.`,
    `It is ${today} in the account's time zone (${timeZone}).`,
    'Be brief and concrete: lead with the answer, then what the rep can do with it. Never invent prices, dates, terms or promises.',
    'Drafts for the client are written in the language the client writes in; everything else in the language of the question.',
  ].join('\n');
}
