import type { Db } from '../../db/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import { readWordingRules, saveWordingRules, WordingRules } from './rules.ts';

const shared = { tag: 'actions', permission: 'admin', path: '/v1/wording-rules' } as const;

/** What the company wants done about promises that an agent makes in a message. */
export function wordingRoutes(db: Db): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      operation: 'getWordingRules',
      summary: 'What becomes of promises in messages that an agent writes.',
      answers: { 200: WordingRules },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        return { status: 200, body: await db.withTenant(tenantId, tx => readWordingRules(tx, tenantId)) };
      },
    }),
    route({
      ...shared,
      method: 'put',
      operation: 'setWordingRules',
      summary: 'Chooses what becomes of promises in messages that an agent writes.',
      body: WordingRules,
      answers: { 200: WordingRules },
      async handle({ caller, body }) {
        const tenantId = tenantOf(caller);
        const saved = await db.withTenant(tenantId, tx =>
          saveWordingRules(tx, tenantId, body, actorOf(caller)),
        );
        return { status: 200, body: saved };
      },
    }),
  ];
}
