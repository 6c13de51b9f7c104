export type { AgentDeps, KnowledgeHit } from './deps.ts';
export { agentRoutes } from './routes.ts';
export { openRuns, type Runs } from './runs.ts';
