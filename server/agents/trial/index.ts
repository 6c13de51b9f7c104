export type { TrialDeps } from './answer-as.ts';
export { publishGate } from './publish-gate.ts';
