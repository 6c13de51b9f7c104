/** What a hook may say; encoded, everything is a string. */
export type HookValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Both
  | readonly HookValue[]
  | { readonly [key: string]: HookValue };

/** A path that is a value and a parent at once, as the platform really sends: `note[type]=3&note[type][uuid]=..`. */
export class Both {
  readonly value: string | number;
  readonly inner: { readonly [key: string]: HookValue };
  constructor(value: string | number, inner: { readonly [key: string]: HookValue }) {
    this.value = value;
    this.inner = inner;
  }
}

/**
 * The body of an account hook: urlencoded the PHP way, brackets for nesting, booleans as 0 and 1. Nulls and empty
 * lists vanish.
 */
export function encodeHook(body: { readonly [key: string]: HookValue }): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(body)) write(parts, key, value);
  return parts.join('&');
}

function write(parts: string[], path: string, value: HookValue): void {
  if (value === null || value === undefined) return;
  if (value instanceof Both) {
    write(parts, path, value.value);
    write(parts, path, value.inner);
  } else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) write(parts, `${path}[${key}]`, inner);
  } else {
    const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    parts.push(`${urlencode(path)}=${urlencode(text)}`);
  }
}

/** PHP's urlencode: a space is a plus, and only letters, digits, `-`, `_` and `.` stay. */
function urlencode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()*~]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
