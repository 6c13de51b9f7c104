export { CapReached } from './errors.ts';
export { type Reservation, reserve, type Spend, settle, settleAbandoned } from './ledger.ts';
export { type MeteredCall, metered } from './metered.ts';
