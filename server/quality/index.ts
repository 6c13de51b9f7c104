export { answerFromKnowledge } from './ask-model.ts';
export type { AskedQuestion, Candidate, FoundHit, QualityDeps } from './deps.ts';
export { closeGap } from './gaps/close-gap.ts';
export { gapsSweep } from './gaps/sweep-gaps.ts';
export { evalRunsSweep, qualityJobs } from './jobs.ts';
export { qualityRoutes } from './routes.ts';
export type { ChangeView, RegressionView, RunFigures } from './runs/figures.ts';
export { type GateRequest, type GateVerdict, gate } from './runs/gate.ts';
