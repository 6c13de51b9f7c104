export type { StageChoice } from './match-stage.ts';
export { type Asks, parseAsks } from './parse-asks.ts';
export { type Command, isSearch, parseCommand } from './parse-command.ts';
export { type FieldChoice, type OrderedAction, runCommand } from './run-command.ts';
