/** What a hook's body says: every leaf a text, lists as arrays, and no key that could reach a prototype. */
export type Value = string | Value[] | Fields;
export interface Fields {
  [key: string]: Value;
}

/** Where a path is a value and has fields too, the value is kept under this name beside them. */
export const ownValue = '';

const depthMax = 16;
const keyLengthMax = 512;
const pairsMax = 50_000;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a body as Kommo posts it: urlencoded with keys in brackets as PHP nests them, or JSON.
 *
 * Our own and not `qs`, because that one reads `type=3` beside `type[uuid]=x` as `{3: true, uuid: 'x'}` and
 * so loses which was the value; drops all behind the thousandth pair, where one post can hold many records;
 * and drops names such as `hasOwnProperty`. What is deeper, longer or more than a hook ever is is left out
 * without failing: the rest of the post still says something. A huge index is a name and allocates nothing.
 *
 * @returns null if there is nothing to read
 */
export function parsePost(body: Buffer, contentType: string): Fields | null {
  const text = body.toString('utf8').replaceAll('\u0000', '').toWellFormed().trim();
  if (text === '') return null;
  const parsed = looksLikeJson(text, contentType) ? parseJson(text) : undefined;
  const tree = parsed === undefined ? parsePairs(text) : parsed;
  return isFields(tree) && Object.keys(tree).length > 0 ? tree : null;
}

export function isFields(value: Value | null | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function looksLikeJson(text: string, contentType: string): boolean {
  return /^[[{]/.test(text) || /json/i.test(contentType);
}

function parseJson(text: string): Value | null | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return fromJson(parsed, 0);
}

/** The same shape as from pairs: numbers and flags as texts, nothing for null. */
function fromJson(value: unknown, depth: number): Value | null {
  if (value === null || depth > depthMax) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) {
    return value.map(entry => fromJson(entry, depth + 1)).filter(entry => entry !== null);
  }
  const entries = new Map<string, Value>();
  for (const [key, entry] of Object.entries(value as object)) {
    const read = forbidden.has(key) ? null : fromJson(entry, depth + 1);
    if (read !== null) entries.set(key, read);
  }
  return listOrFields(entries);
}

/** PHP knows no difference between a list and an object with numbers for names; gaps close. */
function listOrFields(entries: Map<string, Value>): Value {
  if (entries.size > 0 && [...entries.keys()].every(name => /^\d+$/.test(name))) {
    return [...entries].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)).map(([, entry]) => entry);
  }
  return Object.assign(emptyFields(), Object.fromEntries(entries));
}

interface Node {
  value: string | null;
  children: Map<string, Node>;
}

function parsePairs(text: string): Value {
  const root: Node = { value: null, children: new Map() };
  let pairs = 0;
  for (const [key, value] of new URLSearchParams(text)) {
    pairs += 1;
    if (pairs > pairsMax) break;
    const path = pathOf(key);
    if (path === null) continue;
    let node = root;
    for (const name of path) {
      const next = name === '' ? nextIndex(node) : name;
      let child = node.children.get(next);
      if (child === undefined) {
        child = { value: null, children: new Map() };
        node.children.set(next, child);
      }
      node = child;
    }
    node.value = value;
  }
  return toValue(root);
}

/** `leads[add][0][id]` as its names; null if it is none, or none that is safe to follow. */
function pathOf(key: string): string[] | null {
  if (key.length > keyLengthMax) return null;
  const open = key.indexOf('[');
  const head = open < 0 ? key : key.slice(0, open);
  const names = open < 0 ? [] : [...key.slice(open).matchAll(/\[([^[\]]*)\]/g)].map(match => match[1] ?? '');
  const path = [head, ...names];
  if (head === '' || path.length > depthMax || path.some(name => forbidden.has(name))) return null;
  return path;
}

function nextIndex(node: Node): string {
  return String(node.children.size);
}

function toValue({ value, children }: Node): Value {
  if (children.size === 0) return value ?? '';
  const entries = new Map([...children].map(([name, child]) => [name, toValue(child)]));
  return listOrFields(value === null ? entries : new Map([[ownValue, value], ...entries]));
}

function emptyFields(): Fields {
  return Object.create(null) as Fields;
}
