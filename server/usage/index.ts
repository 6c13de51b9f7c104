export { alertRefused, type BudgetAlert, listAlerts } from './alerts.ts';
export { BudgetSettings, readBudgets, type SpentToday, saveBudgets, spentOn } from './budgets.ts';
export type { Limit, SpentBy } from './counters.ts';
export { CapReached } from './errors.ts';
export { type PaidBy, type Reservation, reserve, type Spend, settle, settleAbandoned } from './ledger.ts';
export { type MeteredCall, metered } from './metered.ts';
