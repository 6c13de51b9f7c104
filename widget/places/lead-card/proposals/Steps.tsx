import type { ActionName } from '../../../api/proposal-types.ts';
import type { ToolUse } from '../../../api/types.ts';
import type { Texts } from '../../../ui/text.ts';
import { usePanel } from '../panel-context.ts';
import type { PanelState } from '../panel-state.ts';
import { TITLES } from './words.ts';

const PREPARES: Record<string, ActionName> = {
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

/** What a tool did, in the rep's words; one that a newer API adds goes by its own name. */
function labelOf({ t }: Texts, { name }: ToolUse): string {
  const action = PREPARES[name];
  if (action) return t('steps.prepared', { what: t(TITLES[action]) });
  if (name === 'search_knowledge') return t('steps.searched');
  return name === 'remember' ? t('steps.remembered') : t('steps.used', { tool: name });
}

/** What the answer `of` called, or calls while it is being written. */
export function toolsOf({ live, messages }: PanelState, of: string | null): ToolUse[] {
  if (of !== null && live?.answerId === of) return live.tools;
  return messages.find(({ id }) => id === of)?.run?.tools ?? [];
}

/** How an answer came about: one line, and behind it each tool with what became of it. */
export function Steps({ tools }: { tools: ToolUse[] }) {
  const { texts } = usePanel();
  const { t, plural } = texts;
  return (
    <details class="steps small">
      <summary>{plural('steps.count', tools.length)}</summary>
      <ol>
        {tools.map((tool, at) => (
          <li key={at} class={tool.state}>
            {labelOf(texts, tool)}
            {tool.state === 'running' && <span class="pulse" aria-hidden="true" />}
            {tool.state === 'refused' && <em>{t('steps.refused')}</em>}
          </li>
        ))}
      </ol>
    </details>
  );
}
