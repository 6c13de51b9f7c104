import type { Page } from 'playwright-core';
import type { Harness } from '../harness.ts';
import type { SandboxAccount } from '../sandbox-process.ts';

export interface Lead {
  id: number;
  pipeline_id: number;
  status_id: number;
  price: number;
}

export interface Stage {
  pipelineId: number;
  statusId: number;
  pipeline: string;
  status: string;
}

/** The lead as the CRM itself holds it. */
export async function leadOf(harness: Harness, account: SandboxAccount, leadId: number): Promise<Lead> {
  return (await harness.state(account)).leads.find(({ id }) => id === leadId);
}

/** Stages of the lead's pipeline that are neither its own nor an end. */
export async function otherStages(harness: Harness, account: SandboxAccount, lead: Lead): Promise<Stage[]> {
  const session = await harness.session(account);
  const answer = await harness.fetch(session, `/v1/leads/${lead.id}/choices`);
  const { stages } = (await answer.json()) as { stages: Stage[] };
  return stages.filter(
    ({ pipelineId, statusId }) =>
      pipelineId === lead.pipeline_id && ![lead.status_id, 142, 143].includes(statusId),
  );
}

/** Opens the menu beside the composer and begins an action there. */
export async function beginAction(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New action' }).click();
  await page.getByRole('region', { name: 'New action' }).getByRole('button', { name }).click();
}

/** Chooses another stage in the open form and proposes it. */
export async function chooseStage(
  harness: Harness,
  account: SandboxAccount,
  page: Page,
  lead: Lead,
): Promise<Stage> {
  const [stage] = await otherStages(harness, account, lead);
  if (!stage) throw new Error('The pipeline has more than one stage.');
  // The page has a list of stages too: ours is in the form.
  const form = page.getByRole('region', { name: 'New action' });
  await form.getByRole('combobox', { name: 'Stage' }).selectOption(`${stage.pipelineId} ${stage.statusId}`);
  await page.getByRole('button', { name: 'Propose' }).click();
  return stage;
}

/** Somebody moves the lead in the CRM, in a session of the page's own. */
export async function moveAsPerson(
  harness: Harness,
  account: SandboxAccount,
  page: Page,
  lead: Lead,
  notTo: number,
): Promise<Stage> {
  const stage = (await otherStages(harness, account, lead)).find(({ statusId }) => statusId !== notTo);
  if (!stage) throw new Error('The pipeline has more than two stages.');
  const status = await page.evaluate(
    async ({ id, body }) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`/api/v4/leads/${id}`, { method: 'PATCH', headers, body })).status;
    },
    { id: lead.id, body: JSON.stringify({ pipeline_id: stage.pipelineId, status_id: stage.statusId }) },
  );
  if (status !== 200) throw new Error(`The CRM refused to move the lead: ${status}`);
  return stage;
}
