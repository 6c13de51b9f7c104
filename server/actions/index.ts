export { type ActionDeps, type EffectTiming, effectTiming, type OwnChange } from './deps.ts';
export type { DoneAction } from './done-actions.ts';
export { claimKey, type RequestKey } from './idempotency.ts';
export { canonical, hashOf } from './json.ts';
export { type Actions, openActions } from './open-actions.ts';
export type { NewProposals } from './propose.ts';
export { keyOf } from './routes.ts';
export type { ToolAnswer } from './tool-answers.ts';
export { ActionName, ProposalView } from './views.ts';
