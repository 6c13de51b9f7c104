import { parseArgs } from 'node:util';

export type KnowledgeCommand =
  | { kind: 'help' }
  | { kind: 'add'; paths: string[]; addresses: string[]; account: string | null }
  | { kind: 'versions'; id: string; account: string | null }
  | { kind: 'compare'; id: string; from: number; to: number; account: string | null }
  | { kind: 'rollback'; id: string; version: number; account: string | null }
  | { kind: 'list'; account: string | null }
  | { kind: 'remove'; ids: string[]; account: string | null }
  | { kind: 'tag'; id: string; tags: string[]; account: string | null }
  | { kind: 'search'; question: string; tags: string[]; account: string | null }
  | { kind: 'embedding'; change: EmbeddingChange; confirm: boolean; account: string | null }
  | { kind: 'cancel-embedding'; account: string | null };

/** What is not named stays as it is configured. */
export interface EmbeddingChange {
  model?: string;
  dimensions?: number;
  precision?: string;
}

/** The command line cannot be understood; the message says how it should look. */
export class WrongUsage extends Error {}

export const usage = `Feeds the knowledge of an account and looks into it.

  npm run knowledge -- add <file or folder>...   upload documents and wait until they are searchable
  npm run knowledge -- add <https address>...    read a site by its links and sitemap
  npm run knowledge -- versions <id>             show the versions of a document
  npm run knowledge -- compare <id> <from> <to>  show what changed between two versions
  npm run knowledge -- rollback <id> <version>   make an older version the newest again
  npm run knowledge -- list                      show the documents and their states
  npm run knowledge -- remove <id>...            take documents out of the knowledge
  npm run knowledge -- tag <id> <tag>...         give a document these tags and no others
  npm run knowledge -- search <question>         show what the agent would find
  npm run knowledge -- embedding                 show the embedding models and what changing would cost
  npm run knowledge -- embedding cancel          stop changing; the old model goes on answering

Options
  --account <subdomain or id>   which account; the only one, or the first, unless told
  --tag <tag>                   search only documents with this tag; may be given again
  --model, --dimensions, --precision   with embedding: which model; the configured one unless told
  --confirm                     with embedding: change to it at that cost, and wait until it answers
  --help                        this text

Reads .pdf, .docx, .pptx, .xlsx, .csv, .html, .md, .txt and .json. A folder is walked with its subfolders. A document with the same title as an
earlier one becomes its new version. Ends with code 1 if a document could not be read, with 2 for a wrong command.
`;

/** @throws WrongUsage */
export function parseArguments(argv: string[]): KnowledgeCommand {
  const { values, positionals } = read(argv);
  const [verb, ...rest] = positionals;
  const account = values.account ?? null;
  if (values.help || verb === 'help') return { kind: 'help' };
  if (account === '') throw new WrongUsage('--account needs a subdomain or an id.');
  switch (verb) {
    case undefined:
      throw new WrongUsage('Say what to do: add, list, remove or search.');
    case 'add':
      if (rest.length === 0) throw new WrongUsage('add needs a file or a folder.');
      return {
        kind: 'add',
        paths: rest.filter(given => !isAddress(given)),
        addresses: rest.filter(isAddress),
        account,
      };
    case 'versions':
      if (!rest[0] || rest.length > 1) throw new WrongUsage('versions needs the id of a document: see list.');
      return { kind: 'versions', id: rest[0], account };
    case 'compare':
      if (!rest[0] || rest.length !== 3) throw new WrongUsage('compare needs an id and two version numbers.');
      return { kind: 'compare', id: rest[0], from: versionOf(rest[1]), to: versionOf(rest[2]), account };
    case 'rollback':
      if (!rest[0] || rest.length !== 2) throw new WrongUsage('rollback needs an id and a version number.');
      return { kind: 'rollback', id: rest[0], version: versionOf(rest[1]), account };
    case 'list':
      if (rest.length > 0) throw new WrongUsage('list takes no arguments.');
      return { kind: 'list', account };
    case 'remove':
      if (rest.length === 0) throw new WrongUsage('remove needs the id of a document: see list.');
      return { kind: 'remove', ids: rest, account };
    case 'embedding': {
      if (rest[0] === 'cancel' && rest.length === 1) return { kind: 'cancel-embedding', account };
      if (rest.length > 0) throw new WrongUsage('embedding takes options, or the word cancel.');
      const change: EmbeddingChange = {
        ...(values.model === undefined ? {} : { model: values.model }),
        ...(values.dimensions === undefined ? {} : { dimensions: versionOf(values.dimensions) }),
        ...(values.precision === undefined ? {} : { precision: values.precision }),
      };
      return { kind: 'embedding', change, confirm: values.confirm ?? false, account };
    }
    case 'search':
      if (rest.length === 0) throw new WrongUsage('search needs a question.');
      return { kind: 'search', question: rest.join(' '), tags: values.tag ?? [], account };
    case 'tag':
      if (!rest[0]) throw new WrongUsage('tag needs the id of a document: see list.');
      return { kind: 'tag', id: rest[0], tags: rest.slice(1), account };
    default:
      throw new WrongUsage(`There is no command "${verb}".`);
  }
}

function isAddress(given: string): boolean {
  return /^https?:\/\//i.test(given);
}

function versionOf(given: string | undefined): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new WrongUsage(`"${given}" is no version number.`);
  return number;
}

function read(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        account: { type: 'string' },
        tag: { type: 'string', multiple: true },
        model: { type: 'string' },
        dimensions: { type: 'string' },
        precision: { type: 'string' },
        confirm: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : String(cause));
  }
}
