import type { Found } from './found.ts';

const localChars = 64;
const domainChars = 253;

const local = /[\p{L}\p{M}\p{N}.!#$%&'+_~-]+$/u;
/** Labels with a dot between them, the last one without digits: `left-pad@1.3.0` is no address. */
const domain =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+(?:xn--[\p{L}\p{N}-]*[\p{L}\p{N}]|[\p{L}\p{M}]{2,})/u;

/**
 * Every e-mail address, international ones included. Looks only around each `@`, so that a long text without
 * one costs nothing and one full of letters cannot make the pattern crawl.
 */
export function findEmails(text: string): Found[] {
  const found: Found[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const before = local.exec(text.slice(Math.max(from, at - localChars), at))?.[0] ?? '';
    // Marks around an address (quotes, Markdown) can stand in one, but hardly ever at its start.
    const name = before.replace(/^[^\p{L}\p{N}]+/u, '');
    const host = domain.exec(text.slice(at + 1, at + 1 + domainChars))?.[0];
    if (name === '' || host === undefined) continue;
    from = at + 1 + host.length;
    found.push({ kind: 'email', start: at - name.length, end: from });
  }
  return found;
}
