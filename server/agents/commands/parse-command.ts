/** What a rep can order with a slash and without a model. */
export type CommandName =
  | 'task'
  | 'note'
  | 'stage'
  | 'price'
  | 'field'
  | 'contact'
  | 'message'
  | 'email'
  | 'remember'
  | 'find'
  | 'help';

export interface Command {
  name: CommandName;
  /** What follows the word, trimmed. */
  rest: string;
}

/** Each command in the languages of the product; English works everywhere. */
const words: Record<CommandName, string[]> = {
  task: ['task', 'tarea', 'tarefa', 'задача'],
  note: ['note', 'nota', 'заметка', 'примечание'],
  stage: ['stage', 'etapa', 'этап'],
  price: ['price', 'budget', 'presupuesto', 'orçamento', 'orcamento', 'бюджет'],
  field: ['field', 'campo', 'поле'],
  contact: ['contact', 'contacto', 'contato', 'контакт'],
  message: ['message', 'mensaje', 'mensagem', 'сообщение'],
  email: ['email', 'mail', 'correo', 'письмо'],
  remember: ['remember', 'recordar', 'recuerda', 'lembrar', 'lembre', 'запомни', 'запомнить'],
  find: ['find', 'search', 'buscar', 'найти', 'поиск'],
  help: ['help', 'ayuda', 'ajuda', 'помощь'],
};
const byWord = new Map(
  Object.entries(words).flatMap(([name, spellings]) =>
    spellings.map(word => [word, name as CommandName] as const),
  ),
);

/** The command a message is; null for a question, and for a slash before a word that is no command. */
export function parseCommand(text: string): Command | null {
  const match = /^\s*\/(\p{L}+)(?:\s+|$)/u.exec(text);
  const name = match?.[1] && byWord.get(match[1].toLowerCase());
  return match && name ? { name, rest: text.slice(match[0].length).trim() } : null;
}

/** A search goes the way of a question; all else is carried out. A search for nothing asks for words instead. */
export function isSearch(command: Command): boolean {
  return command.name === 'find' && command.rest !== '';
}
