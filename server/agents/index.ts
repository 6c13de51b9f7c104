export * from './definition/index.ts';
export type { AgentDeps, KnowledgeHit } from './deps.ts';
export { memoryRoutes } from './memory/index.ts';
export { agentRoutes } from './routes.ts';
export { type Rules, rules } from './rules.ts';
export { openRuns, type Runs } from './runs.ts';
export { summariesSweep, workSummaries } from './summary/index.ts';
export { type Replayed, replay, spanOf, Trace, traceRoutes, traceSweep } from './trace/index.ts';
