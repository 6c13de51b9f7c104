import type { TenantId } from '../kernel/index.ts';
import type { LeadView } from '../kommo/index.ts';
import { type Mask, nameCandidates } from '../masking/index.ts';
import type { AgentDeps } from './deps.ts';
import type { LeadSource } from './lead-sources.ts';

/**
 * The mask of one run. The contacts of the lead keep their names: a draft greets them, and the rep asks for
 * them. Whoever else is a client, by the mirror, is hidden.
 */
export async function maskForRun(
  deps: Pick<AgentDeps, 'hiddenWords' | 'rules'>,
  tenantId: TenantId,
  view: LeadView,
  { records, history, question }: { records: LeadSource[]; history: { text: string }[]; question: string },
): Promise<Mask> {
  const written = records.flatMap(({ label, text }) => [label, text]);
  const candidates = [
    ...nameCandidates([question], { anyCase: true }),
    ...nameCandidates([...history.map(({ text }) => text), ...written]),
  ];
  const { clients, always, never } = await deps.hiddenWords(tenantId, candidates);
  const own = new Set(view.contacts.map(({ name }) => plain(name)));
  return deps.rules.createMask({ always, never, names: clients.filter(name => !own.has(plain(name))) });
}

function plain(name: string | null | undefined): string {
  return (name ?? '').toLowerCase().replace(/\s+/g, ' ').trim();
}
