export { type ActionDeps, type EffectTiming, effectTiming, type OwnChange } from './deps.ts';
export { type Actions, openActions } from './open-actions.ts';
export type { NewProposals } from './propose.ts';
export { ActionName, ProposalView } from './views.ts';
