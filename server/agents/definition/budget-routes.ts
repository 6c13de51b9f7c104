import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import { dayIn, type TenantId } from '../../kernel/index.ts';
import { BudgetSettings, listAlerts, readBudgets, saveBudgets, spentOn } from '../../usage/index.ts';
import { nameOf } from './change-agent.ts';
import type { AgentAdminDeps } from './deps.ts';

const SpentView = z.object({
  scope: z.string(),
  scopeId: z.string(),
  reservedMicros: z.int(),
  settledMicros: z.int(),
  settledTokens: z.int().nullable(),
  capMicros: z.int().nullable(),
  capTokens: z.int().nullable(),
});
const BudgetsView = z.object({
  settings: BudgetSettings,
  /** What the operator allows an account in a day, whatever it sets itself. */
  operatorCapMicros: z.int(),
  day: z.iso.date(),
  spent: z.array(SpentView),
});
const AlertView = z.object({
  id: z.uuid(),
  scope: z.string(),
  scopeId: z.string(),
  day: z.iso.date(),
  measure: z.enum(['micros', 'tokens']),
  percent: z.int(),
  spent: z.int(),
  cap: z.int(),
  at: z.iso.datetime(),
});
const pageSize = 100;
const shared = { tag: 'budgets', permission: 'admin' } as const;

export interface BudgetDeps extends Pick<AgentAdminDeps, 'db' | 'clock' | 'active'> {
  accountOf(tenantId: TenantId): Promise<{ timeZone: string }>;
  dailyCapMicros: number;
}

/** What an account may spend, what it has spent, and what it was told of it. */
export function budgetRoutes(deps: BudgetDeps): Route[] {
  async function view(tenantId: TenantId): Promise<z.input<typeof BudgetsView>> {
    const { timeZone } = await deps.accountOf(tenantId);
    const day = dayIn(timeZone, deps.clock.now());
    return deps.db.withTenant(tenantId, async tx => ({
      settings: await readBudgets(tx, tenantId),
      operatorCapMicros: deps.dailyCapMicros,
      day,
      spent: await spentOn(tx, tenantId, day),
    }));
  }

  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/budgets',
      operation: 'getBudgets',
      summary: 'The caps of this account, and how far those of today are used.',
      answers: { 200: BudgetsView },
      async handle({ caller }) {
        return { status: 200, body: await view(tenantOf(caller)) };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/budgets',
      operation: 'setBudgets',
      summary: 'Sets the caps for a day: of the account, of each rep, of each lead.',
      body: z.object({ settings: BudgetSettings }),
      answers: { 200: BudgetsView },
      async handle({ caller, body }) {
        const tenantId = tenantOf(caller);
        await deps.db.withTenant(tenantId, async tx => {
          const saved = { settings: body.settings, by: nameOf(caller), at: deps.clock.now() };
          await saveBudgets(tx, tenantId, saved);
          await recordAudit(tx, tenantId, { event: 'budget.changed', actor: actorOf(caller) });
        });
        deps.active.forget(tenantId);
        return { status: 200, body: await view(tenantId) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/budgets/alerts',
      operation: 'listBudgetAlerts',
      summary: 'Where half, four fifths or all of a cap was used up, newest first.',
      query: z.object({ until: z.iso.datetime().optional() }),
      answers: { 200: z.object({ alerts: z.array(AlertView) }) },
      async handle({ caller, query }) {
        const tenantId = tenantOf(caller);
        const before = query.until === undefined ? null : new Date(query.until);
        const alerts = await deps.db.withTenant(tenantId, tx =>
          listAlerts(tx, tenantId, { before, limit: pageSize }),
        );
        return {
          status: 200,
          body: { alerts: alerts.map(alert => ({ ...alert, at: alert.at.toISOString() })) },
        };
      },
    }),
  ];
}
