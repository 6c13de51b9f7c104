export { CapReached } from './errors.ts';
export { type Reservation, reserve, type Spend, settle, settleAbandoned } from './ledger.ts';
