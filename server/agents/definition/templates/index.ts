import { type Capability, capabilities } from '../capabilities.ts';
import { AgentDefinition } from '../definition.ts';
import { en, type TemplateTexts } from './en.ts';
import { es } from './es.ts';
import { pt } from './pt.ts';
import { ru } from './ru.ts';

export type TemplateName = keyof TemplateTexts;
export const templateNames = Object.keys(en) as [TemplateName, ...TemplateName[]];

const byLanguage: Record<string, TemplateTexts> = { en, es, pt, ru };
export const templateLocales = Object.keys(byLanguage);

const careful: Capability[] = [
  'search-knowledge',
  'remember',
  'note',
  'task-create',
  'task-complete',
  'task-reschedule',
];
const toolsOf: Record<TemplateName, Capability[]> = {
  qualify: [...careful, 'stage', 'price', 'field', 'tags', 'responsible'],
  answer: [...capabilities],
  'follow-up': [...careful, 'stage', 'tags', 'message', 'email'],
  recover: [...careful, 'stage', 'tags', 'message', 'email'],
  support: [...careful, 'tags', 'responsible', 'message', 'email'],
};

export interface AgentTemplate {
  template: TemplateName;
  name: string;
  about: string;
  definition: AgentDefinition;
}

/** What an agent can begin as, in the language of a locale; English where we have none. */
export function agentTemplate(template: TemplateName, locale: string): AgentTemplate {
  const texts = byLanguage[locale.toLowerCase().split(/[-_]/)[0] ?? 'en'] ?? en;
  const { name, about, instructions, tone } = texts[template];
  const definition = AgentDefinition.parse({ instructions, tone, tools: toolsOf[template] });
  return { template, name, about, definition };
}
