import { Problem } from '../errors.ts';
import type { Site } from '../site.ts';
import { conversationsOf } from './of.ts';

/** @throws Problem 402 when the account's plan has no sending by REST, or this month's messages are spent */
export function spendMessage(site: Site): void {
  const { quota } = conversationsOf(site);
  const month = new Date(site.clock.nowMs()).toISOString().slice(0, 7);
  if (quota.month !== month) Object.assign(quota, { month, used: 0 });
  if (quota.used >= quota.limit) throw unpaid('Over chat API limit');
  quota.used += 1;
  site.store.touch();
}

export function requireTariff(site: Site): void {
  if (!conversationsOf(site).quota.available) {
    throw unpaid('Endpoint not available for current account tariff');
  }
}

function unpaid(detail: string): Problem {
  return new Problem(402, 'Payment Required', detail);
}
