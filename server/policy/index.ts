export {
  type Decision,
  decide,
  type Origin,
  type PolicyArgument,
  type PolicyInput,
  type Reason,
} from './decide.ts';
export { AgentPolicy, Door, Limits, Mode, ToolPolicy } from './policy.ts';
