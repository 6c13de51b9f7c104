/** What instructions may say of the moment they are used in: `{{company}}`. */
export const variables = [
  'company',
  'rep.name',
  'lead.name',
  'lead.stage',
  'lead.pipeline',
  'lead.price',
  'lead.responsible',
  'today',
  'time_zone',
  'language',
] as const;
export type Variable = (typeof variables)[number];
export type Values = Record<Variable, string>;

const mark = /\{\{\s*([^{}]{0,80}?)\s*\}\}/g;
const blockPrefix = 'block.';

/** What is wrong with the marks of a text, in words for whoever wrote it; none for a good one. */
export function faultsOf(text: string, blocks: Readonly<Record<string, string>>): string[] {
  const faults: string[] = [];
  for (const [, name = ''] of text.matchAll(mark)) {
    if (name.startsWith(blockPrefix)) {
      const block = name.slice(blockPrefix.length);
      if (!Object.hasOwn(blocks, block)) faults.push(`there is no block called "${block}"`);
    } else if (!isVariable(name)) {
      faults.push(
        `there is no variable {{${name}}}; there are ${variables.map(known => `{{${known}}}`).join(', ')}`,
      );
    }
  }
  if (/\{\{|\}\}/.test(text.replaceAll(mark, '')))
    faults.push('a {{ has no }} behind it, or the other way round');
  return faults;
}

/**
 * Puts values and blocks in. Blocks may use variables but no blocks, so that it ends; what a value holds is
 * never read as a mark.
 */
export function fillIn(text: string, blocks: Readonly<Record<string, string>>, values: Values): string {
  const put = (name: string): string => (isVariable(name) ? values[name] : '');
  return text.replaceAll(mark, (_, name: string) => {
    if (!name.startsWith(blockPrefix)) return put(name);
    const block = name.slice(blockPrefix.length);
    const body = Object.hasOwn(blocks, block) ? (blocks[block] ?? '') : '';
    return body.replaceAll(mark, (_whole, inner: string) => put(inner));
  });
}

/** A text that somebody else wrote, such as a lead's name, as one short line in quotation marks. */
export function quotedValue(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll(/[{}«»"“”„<>`]/g, '')
    .trim();
  return `«${line.length > 80 ? `${[...line].slice(0, 80).join('')}…` : line}»`;
}

function isVariable(name: string): name is Variable {
  return (variables as readonly string[]).includes(name);
}
