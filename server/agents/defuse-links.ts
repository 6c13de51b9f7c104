/** Addresses as they are written, by whom it matters: `live` stay links, `plain` are shown without being one. */
export interface KnownLinks {
  live(address: string): boolean;
  plain(address: string): boolean;
}

export interface LinkStream {
  push(text: string): string;
  end(): string;
}

const starts = /https?:\/\/|www\.|mailto:/i;
const beginnings = ['http://', 'https://', 'www.', 'mailto:'];
const addressMax = 2_000;

/**
 * Takes the sting out of links in an answer. An address that a model put together can carry what it was told to
 * whoever owns the host, by a click or by a preview; so only those stay links that stand letter for letter in the
 * company's documents or in the rep's own words. Others lose their scheme, and those that nobody wrote before
 * all behind their host. Holds back only what may become an address.
 */
export function defuseLinks(known: KnownLinks): LinkStream {
  let held = '';
  let dropping = false;

  function take(text: string, last: boolean): string {
    let rest = held + text;
    held = '';
    let out = '';
    if (dropping) {
      const end = rest.search(/[\s<>"'`\\]/);
      if (end === -1) return '';
      rest = rest.slice(end);
      dropping = false;
    }
    for (;;) {
      const start = starts.exec(rest);
      if (!start) break;
      out += rest.slice(0, start.index);
      rest = rest.slice(start.index);
      const address = /^[^\s<>"'`\\]*/.exec(rest)?.[0] ?? '';
      if (address.length === rest.length && !last) {
        if (address.length <= addressMax) {
          held = rest;
          return out;
        }
        dropping = true;
      }
      out += defused(address, known);
      rest = rest.slice(address.length);
    }
    if (!last) held = tailOf(rest);
    return out + rest.slice(0, rest.length - held.length);
  }

  return { push: text => take(text, false), end: () => take('', true) };
}

/** The end of a text that may be the beginning of an address. */
function tailOf(text: string): string {
  for (let length = Math.min(8, text.length); length > 0; length -= 1) {
    const tail = text.slice(-length).toLowerCase();
    if (beginnings.some(beginning => beginning.startsWith(tail))) return text.slice(-length);
  }
  return '';
}

function defused(written: string, known: KnownLinks): string {
  if (/^mailto:/i.test(written)) return withoutScheme(written.replace(/\?.*$/s, ''));
  // What ends a sentence or closes a bracket may or may not belong to the address.
  for (let end = written.length; end > 0 && end > written.length - 12; end -= 1) {
    const address = written.slice(0, end);
    if (known.live(address)) return written;
    if (known.plain(address)) return withoutScheme(written);
    if (!/[).,;:!?*_~|\]}]/.test(written[end - 1] ?? '')) break;
  }
  const bracket = written.search(/[)\]|]/);
  const closing = bracket === -1 ? (/[.,;:!?*_~]+$/.exec(written)?.[0] ?? '') : written.slice(bracket);
  const [, host = '', more = ''] =
    /^(?:https?:\/\/)?(?:[^/?#@]*@)?([^/?#]*)(.*)$/is.exec(
      written.slice(0, written.length - closing.length),
    ) ?? [];
  return `${host === '' ? '…' : host}${/^\/?$/.test(more) ? '' : '/…'}${withoutScheme(closing)}`;
}

function withoutScheme(text: string): string {
  // Until nothing changes: what is left of two may be one.
  for (let rest = text; ; ) {
    const next = rest.replaceAll(/https?:\/\//gi, '');
    if (next === rest) return rest;
    rest = next;
  }
}

/** Whether an address stands in one of the texts as a whole. */
export function addressesOf(texts: string[]): (address: string) => boolean {
  const known = new Set<string>();
  for (const text of texts)
    for (const [written] of text.matchAll(/(?:https?:\/\/|www\.)[^\s<>"'`\\]+/gi))
      for (let end = written.length; end > 0; end -= 1) {
        known.add(written.slice(0, end));
        if (!/[).,;:!?*_~|\]}]/.test(written[end - 1] ?? '')) break;
      }
  return address => known.has(address);
}
