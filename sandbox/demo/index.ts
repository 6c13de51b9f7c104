import type { AccountRecords } from '../records.ts';
import { buildAccount } from './build.ts';
import { lumen } from './lumen.ts';
import { northwind } from './northwind.ts';

/** Two companies that sell different things in different languages and time zones. */
export function demoAccounts(now: number): AccountRecords[] {
  return [buildAccount(northwind, now), buildAccount(lumen, now)];
}
