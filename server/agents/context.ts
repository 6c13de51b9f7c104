import { dateFormat, type TenantId } from '../kernel/index.ts';
import type { LeadView } from '../kommo/index.ts';
import { type AnswerRequest, askedTitle, clientWishes, isTitled } from '../llm/index.ts';
import { cutBeforeHidden, type Mask } from '../masking/index.ts';
import type { Person } from '../secrets/index.ts';
import { answerSources } from './answer-sources.ts';
import { type ActiveAgent, quotedValue, renderInstructions, scopeOf } from './definition/index.ts';
import type { KnowledgeHit, RunDeps } from './deps.ts';
import { type LeadSource, leadSources } from './lead-sources.ts';
import { maskForRun } from './mask-for-run.ts';
import { readFacts, withFacts } from './memory/index.ts';
import { personOf, seenContacts } from './person-keys.ts';
import type { RunStart, Turns } from './queries.ts';
import { readSummary } from './summary/index.ts';

/** What a number in the answer can stand for. */
export type CitableSource = { kind: 'document'; hit: KnowledgeHit } | { kind: 'lead'; source: LeadSource };

export interface RunContext {
  request: AnswerRequest;
  byNumber: Map<number, CitableSource>;
  mask: Mask;
  lead: LeadView['lead'];
  /** Whom the lead is about. */
  person: Person;
  timeZone: string;
}

const bounds = { passages: 6, turnLength: 2000, outputTokens: 1200 };

export interface ContextInput {
  agent: ActiveAgent;
  repName: string;
  question: string;
  turns: Turns;
  onStep(kind: 'reading-lead' | 'searching-knowledge'): void;
  signal: AbortSignal;
}

/**
 * Gathers what the model is given: the lead within the rep's rights, the passages that fit, earlier turns.
 * Everything but the company's own knowledge is masked, and of that what the dictionary names; the numbers are what the answer may cite.
 */
export async function gatherContext(
  deps: RunDeps,
  tenantId: TenantId,
  start: RunStart,
  input: ContextInput,
): Promise<RunContext> {
  const account = await deps.accountOf(tenantId);
  // Few questions have to wait for the lead before anything can be searched for.
  const early = searchEarly(deps, tenantId, { ...input, locale: start.locale });
  input.onStep('reading-lead');
  const view = await deps.leads.read(account, start.userId, start.leadId, input.signal);
  input.onStep('searching-knowledge');
  const now = deps.clock.now();
  // Of a contact whom the rep may not see nothing is remembered here either.
  const person = personOf(start.leadId, seenContacts(view));
  const of = {
    leadId: start.leadId,
    person,
    userId: start.userId,
    privately: start.visibility === 'private',
  };
  const { history, hasSummary } = input.turns;
  const { facts, summary, answers } = await deps.db.withTenant(tenantId, async tx => ({
    facts: await readFacts(tx, deps.secrets, tenantId, of),
    summary: hasSummary ? await readSummary(tx, deps.secrets, tenantId, start.conversationId) : null,
    answers: await deps.actions.toolAnswers(tx, tenantId, of),
  }));
  const shown = { locale: start.locale, timeZone: account.timeZone, now };
  const records = [...withFacts(leadSources(view, shown), facts, shown), ...answerSources(answers, shown)];
  const hits = await (early ?? searchTitled(deps, tenantId, records, { ...input, locale: start.locale }));

  const said = summary ? [{ text: summary.text }, ...history] : history;
  const mask = await maskForRun(deps, tenantId, view, { question: input.question, history: said, records });
  const byNumber = new Map<number, CitableSource>();
  const sources: AnswerRequest['sources'] = [];
  for (const hit of hits) {
    const n = sources.length + 1;
    byNumber.set(n, { kind: 'document', hit });
    sources.push({
      n,
      kind: 'document',
      title: mask.maskOwnText(hit.title),
      ...(hit.heading ? { heading: mask.maskOwnText(hit.heading) } : {}),
      text: mask.maskOwnText(hit.body),
      score: hit.score,
    });
  }
  for (const source of records) {
    const n = sources.length + 1;
    byNumber.set(n, { kind: 'lead', source });
    const { recordId, label, text, at, ...what } = source;
    sources.push({ n, kind: 'lead', title: mask.mask(label), text: mask.mask(text), score: 1, ...what });
  }
  return {
    request: {
      instructions: renderInstructions(input.agent.definition, {
        company: account.name,
        'rep.name': input.repName,
        'lead.name': mask.mask(quotedValue(view.lead.name ?? '')),
        'lead.stage': view.stage?.status ?? '–',
        'lead.pipeline': view.stage?.pipeline ?? '–',
        'lead.price': String(view.lead.price ?? '–'),
        'lead.responsible': view.responsibleName ?? '–',
        today: dateFormat('en-GB', account.timeZone, { dateStyle: 'full', timeStyle: 'short' }).format(now),
        time_zone: account.timeZone,
        language: start.locale,
      }),
      locale: start.locale,
      ...(summary ? { summary: mask.mask(summary.text) } : {}),
      history: history.map(({ role, text }) => ({
        role,
        text: mask.mask(cutBeforeHidden(withoutMarks(text), bounds.turnLength)),
      })),
      question: mask.mask(input.question),
      sources,
      maxOutputTokens: bounds.outputTokens,
    },
    byNumber,
    mask,
    lead: view.lead,
    person,
    timeZone: account.timeZone,
  };
}

type Searched = ContextInput & { locale: string };

/** The passages that fit the question; null where the words to search for are not its own, see `searchTitled`. */
function searchEarly(deps: RunDeps, tenantId: TenantId, input: Searched): Promise<KnowledgeHit[]> | null {
  if (titleOf(deps, input) !== null) return null;
  const found = searchBy(deps, tenantId, input, input.question);
  // Who fails first, failing to read the lead, does not wait for it.
  found.catch(() => {});
  return found;
}

function titleOf(deps: RunDeps, { question }: Searched): string | null {
  return deps.llm.kind === 'offline' ? askedTitle(question) : null;
}

/**
 * Where the question is what a document means for this client, the words to search for are the client's; without
 * a model only, because what a client wrote goes unmasked to no embedding model.
 */
async function searchTitled(
  deps: RunDeps,
  tenantId: TenantId,
  records: LeadSource[],
  input: Searched,
): Promise<KnowledgeHit[]> {
  const title = titleOf(deps, input) ?? '';
  const found: KnowledgeHit[] = [];
  for (const wish of clientWishes(records)) {
    const titled = (await searchBy(deps, tenantId, input, wish)).filter(hit => isTitled(hit.title, title));
    found.push(...titled.filter(hit => !found.some(other => overlap(hit, other))).slice(0, 2));
  }
  return found.slice(0, bounds.passages);
}

function searchBy(
  deps: RunDeps,
  tenantId: TenantId,
  { locale, agent, signal }: Searched,
  text: string,
): Promise<KnowledgeHit[]> {
  const filter = { scope: scopeOf(agent) };
  return deps.searchKnowledge(tenantId, { text, locale, limit: bounds.passages, filter, signal });
}

function overlap(one: KnowledgeHit, other: KnowledgeHit): boolean {
  return one.versionId === other.versionId && one.start < other.end && other.start < one.end;
}

/** Numbers of earlier answers mean other sources now, so they are not shown again. */
function withoutMarks(text: string): string {
  return text.replaceAll(/\[\d{1,3}\]/g, '');
}
