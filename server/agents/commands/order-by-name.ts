import { fill, type Texts } from '../../texts/index.ts';
import type { CommandContext, CommandOutcome, FieldChoice } from './command-place.ts';
import { fold, matchNames } from './match-name.ts';

/** `/field Budget ceiling: 5000`. The value is read as the field's type wants it. */
export async function setField(
  rest: string,
  { fields }: CommandContext,
  say: Texts['command'],
): Promise<CommandOutcome> {
  const all = await fields();
  const [, words = '', value = ''] = /^([^:=\n]+)[:=]([\s\S]*)$/.exec(rest) ?? [];
  const named = { words: plain(words.trim() || rest), fields: names(all) };
  if (words === '' || value.trim() === '') return only(fill(say.fieldEmpty, named));
  const [field, ...others] = matchNames(words, all);
  if (!field) return only(fill(say.fieldUnknown, named));
  if (others.length > 0) return only(fill(say.several, { ...named, found: names([field, ...others]) }));
  const given = fieldValue(field, value.trim());
  return {
    text: say.prepared,
    actions: [{ action: 'field', arguments: { fieldId: field.id, value: given } }],
  };
}

/** `/contact Dana Smith` ties somebody of the account to the lead. */
export async function linkContact(
  rest: string,
  { contacts }: CommandContext,
  say: Texts['command'],
): Promise<CommandOutcome> {
  if (rest === '') return only(say.contactEmpty);
  const [contact, ...others] = matchNames(rest, await contacts(rest));
  if (!contact) return only(fill(say.contactUnknown, { words: plain(rest) }));
  if (others.length > 0)
    return only(fill(say.several, { words: plain(rest), found: names([contact, ...others]) }));
  return {
    text: say.prepared,
    actions: [{ action: 'link-contact', arguments: { contactId: contact.id } }],
  };
}

/** `/email dana@client.example Your quote: twelve seats are 4800`: address, subject, text. */
export function writeEmail(rest: string, say: Texts['command']): CommandOutcome {
  const [, to, subject, text] = /^(\S+@\S+)\s+([^:\n]+)[:\n]\s*([\s\S]+)$/.exec(rest) ?? [];
  if (to === undefined || subject === undefined || text === undefined) return only(say.emailEmpty);
  const mail = { to, subject: subject.trim(), text: text.trim() };
  return { text: say.prepared, actions: [{ action: 'email', arguments: mail }] };
}

const yes = ['yes', 'true', 'on', 'si', 'sim', 'да'];
const no = ['no', 'false', 'off', 'nao', 'нет'];

/** A tick by a word for it, several choices by their names with commas; anything else as it was written. */
export function fieldValue({ type, enums }: FieldChoice, text: string): unknown {
  if (type === 'checkbox') {
    const word = fold(text);
    return yes.includes(word) ? true : no.includes(word) ? false : text;
  }
  if (type !== 'multiselect') return text;
  const ids = text.split(',').map(name => enums?.find(one => fold(one.value) === fold(name))?.id);
  return ids.includes(undefined) ? text : { enumIds: ids };
}

const only = (text: string): CommandOutcome => ({ text, actions: [] });
const names = (all: { name: string }[]) => all.map(({ name }) => plain(name)).join(', ');

/** Names come from the account, words from a keyboard: neither may become Markdown. */
export function plain(text: string): string {
  return text.replaceAll(/[[\]<>*_`!\\]/g, '').slice(0, 80);
}
