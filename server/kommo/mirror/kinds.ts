/** What the mirror holds. The order is the order of the first sync: what gives others their names comes first. */
export const mirrorKinds = [
  'pipelines',
  'users',
  'task_types',
  'loss_reasons',
  'custom_fields',
  'leads',
  'contacts',
  'companies',
  'tasks',
  'notes',
  'talks',
  'messages',
] as const;
export type MirrorKind = (typeof mirrorKinds)[number];

/** One record as Kommo sent it, with the few columns that are asked for. */
export interface Incoming {
  id: string;
  parentKind: string | null;
  parentId: string | null;
  /** Unix seconds; null where Kommo gives none. */
  updatedAt: number | null;
  body: Record<string, unknown>;
}

/** One of Kommo's lists; a kind may be spread over several. */
export interface List {
  path: string;
  embedded: string;
  /** Records of this list hang on records of this kind, where they do not say so themselves. */
  parentKind?: string;
  /** Short lists that Kommo sends whole and without pages. */
  whole?: boolean;
  /** Kommo sorts it by time, whatever is asked for. */
  unordered?: boolean;
}

interface Kind {
  lists: List[];
  /** Kommo can be asked for what changed since a moment. Others are short, and read anew. */
  changesSince: boolean;
}

const owners = ['leads', 'contacts', 'companies'] as const;

/** Messages are no list of their own: they are read talk by talk. */
export const kinds: Record<Exclude<MirrorKind, 'messages'>, Kind> = {
  pipelines: {
    lists: [{ path: '/leads/pipelines', embedded: 'pipelines', whole: true }],
    changesSince: false,
  },
  users: { lists: [{ path: '/users?with=role,group', embedded: 'users' }], changesSince: false },
  task_types: {
    lists: [{ path: '/account?with=task_types', embedded: 'task_types', whole: true }],
    changesSince: false,
  },
  loss_reasons: {
    lists: [{ path: '/leads/loss_reasons', embedded: 'loss_reasons' }],
    changesSince: false,
  },
  custom_fields: {
    lists: owners.map(owner => ({
      path: `/${owner}/custom_fields`,
      embedded: 'custom_fields',
      parentKind: owner,
    })),
    changesSince: false,
  },
  leads: {
    lists: [{ path: '/leads?with=contacts,loss_reason,source_id', embedded: 'leads' }],
    changesSince: true,
  },
  contacts: { lists: [{ path: '/contacts', embedded: 'contacts' }], changesSince: true },
  companies: { lists: [{ path: '/companies', embedded: 'companies' }], changesSince: true },
  tasks: { lists: [{ path: '/tasks', embedded: 'tasks' }], changesSince: true },
  notes: {
    lists: owners.map(owner => ({ path: `/${owner}/notes`, embedded: 'notes', parentKind: owner })),
    changesSince: true,
  },
  talks: { lists: [{ path: '/talks', embedded: 'talks' }], changesSince: false },
};

/** Reads an item of a list; null for one without an id, which cannot be kept. */
export function toIncoming(
  kind: MirrorKind,
  item: unknown,
  parent: { kind: string; id?: string } | null = null,
): Incoming | null {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return null;
  const body = item as Record<string, unknown>;
  const id = idOf(kind === 'talks' ? (body['talk_id'] ?? body['id']) : body['id']);
  if (id === null) return null;
  return {
    id,
    ...parentOf(kind, body, parent),
    updatedAt: seconds(body['updated_at'] ?? (kind === 'messages' ? body['created_at'] : undefined)),
    body,
  };
}

function parentOf(
  kind: MirrorKind,
  body: Record<string, unknown>,
  parent: { kind: string; id?: string } | null,
): Pick<Incoming, 'parentKind' | 'parentId'> {
  const entityType = typeof body['entity_type'] === 'string' ? body['entity_type'] : null;
  const own = idOf(body['entity_id']);
  switch (kind) {
    case 'tasks':
      return { parentKind: own === null ? null : entityType, parentId: own };
    case 'talks':
      // Kommo names the kind of a talk's record in the singular.
      return { parentKind: own === null ? null : entityType && `${entityType}s`, parentId: own };
    case 'notes':
      return { parentKind: parent?.kind ?? ownerInLink(body['_links']), parentId: own };
    case 'messages':
      return { parentKind: 'talks', parentId: parent?.id ?? idOf(body['talk_id']) };
    case 'custom_fields':
      return { parentKind: parent?.kind ?? entityType, parentId: null };
    default:
      return { parentKind: null, parentId: null };
  }
}

/** A note names the kind of its record nowhere but in its own address: `/api/v4/leads/7/notes/9`. */
function ownerInLink(links: unknown): string | null {
  const text = JSON.stringify(links ?? null);
  return /\/api\/v4\/(leads|contacts|companies|customers)\/(?:\d+\/)?notes/.exec(text)?.[1] ?? null;
}

function idOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value);
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : null;
}

function seconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
