export { withFacts } from './fact-sources.ts';
export { addFact, type Fact, factsMax, MemoryFull, type Remembered, readFacts } from './facts.ts';
export { rememberInRun } from './remember-in-run.ts';
export { memoryRoutes } from './routes.ts';
export { isOfTheRep } from './whose-words.ts';
