export * from './definition/index.ts';
export type { AgentDeps, KnowledgeHit } from './deps.ts';
export { type Agents, openAgents } from './open-agents.ts';
export { type Rules, rules } from './rules.ts';
export type { Runs } from './runs.ts';
export { type Replayed, replay, spanOf, Trace } from './trace/index.ts';
