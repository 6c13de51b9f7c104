/** What an agent can do, by the names that definitions and policies use, and the tools that do it. */
export const capabilities = [
  'search-knowledge',
  'remember',
  'note',
  'task-create',
  'task-complete',
  'task-reschedule',
  'stage',
  'price',
  'field',
  'tags',
  'responsible',
  'link-contact',
  'message',
  'email',
  'call-tool',
] as const;
export type Capability = (typeof capabilities)[number];

const ofTool: Record<string, Capability> = {
  search_knowledge: 'search-knowledge',
  remember: 'remember',
  prepare_note: 'note',
  prepare_task: 'task-create',
  prepare_task_completion: 'task-complete',
  prepare_task_move: 'task-reschedule',
  prepare_stage: 'stage',
  prepare_price: 'price',
  prepare_field: 'field',
  prepare_tags: 'tags',
  prepare_responsible: 'responsible',
  prepare_contact: 'link-contact',
  prepare_message: 'message',
  prepare_email: 'email',
};

/** What a tool does, in the words of the policy; one that nobody placed goes by its own name. */
export function capabilityOf(toolName: string): string {
  if (toolName.startsWith('custom_')) return 'call-tool';
  return Object.hasOwn(ofTool, toolName) ? (ofTool[toolName] ?? toolName) : toolName;
}
