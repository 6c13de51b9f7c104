import { createHash } from 'node:crypto';
import { decodeText } from './decode.ts';
import { htmlDraft } from './html.ts';

export interface ReadPage {
  title: string;
  /** Absolute http(s) addresses without fragments, each once, in the order of the page. */
  links: string[];
  /** What the page says its address is; null if it says nothing. */
  canonical: string | null;
  noindex: boolean;
  nofollow: boolean;
  /** Of the readable text: equal where only a date in the page's head, a token or an advertisement changed. */
  textHash: string;
  hasText: boolean;
}

const linksMax = 5_000;

/** What a crawler wants to know of a page. Tags are found by their shape, which is enough for links and linear. */
export function readPage(bytes: Uint8Array, address: string, contentType: string): ReadPage {
  const declared = /charset\s*=\s*"?([\w-]{2,40})/i.exec(contentType)?.[1] ?? null;
  const html = decodeText(bytes, declared ?? metaCharset(bytes)).replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '');
  const draft = htmlDraft(html);
  const base = resolve(attribute(firstTag(html, 'base'), 'href'), address) ?? address;
  const robots = tagsOf(html, 'meta')
    .filter(tag => /^(?:robots|cardwisebot)$/i.test(attribute(tag, 'name')))
    .map(tag => attribute(tag, 'content').toLowerCase())
    .join(',');
  const canonical = tagsOf(html, 'link').find(tag => /\bcanonical\b/i.test(attribute(tag, 'rel')));
  return {
    title: titleOf(html),
    links: linksOf(html, base),
    canonical: canonical ? resolve(attribute(canonical, 'href'), base) : null,
    noindex: /\b(?:noindex|none)\b/.test(robots),
    nofollow: /\b(?:nofollow|none)\b/.test(robots),
    textHash: createHash('sha256').update(draft.text).digest('hex'),
    hasText: /[\p{L}\p{N}]/u.test(draft.text),
  };
}

function linksOf(html: string, base: string): string[] {
  const links = new Set<string>();
  for (const tag of tagsOf(html, 'a')) {
    if (/\bnofollow\b/i.test(attribute(tag, 'rel'))) continue;
    const link = resolve(attribute(tag, 'href'), base);
    if (link !== null) links.add(link);
    if (links.size >= linksMax) break;
  }
  return [...links];
}

function resolve(href: string, base: string): string | null {
  if (href.trim() === '' || href.length > 2000) return null;
  try {
    const url = new URL(unescaped(href.trim()), base);
    if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
    url.hash = '';
    return url.href;
  } catch {
    return null;
  }
}

function titleOf(html: string): string {
  const found = /<title\b[^>]{0,500}>([^<]{0,2000})/i.exec(html)?.[1] ?? '';
  return unescaped(found).replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}

function tagsOf(html: string, name: string): string[] {
  const tags: string[] = [];
  for (const [tag] of html.matchAll(new RegExp(`<${name}\\s[^>]{1,4000}>`, 'gi'))) {
    if (tags.push(tag) >= 20_000) break;
  }
  return tags;
}

function firstTag(html: string, name: string): string {
  return tagsOf(html.slice(0, 50_000), name)[0] ?? '';
}

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? '';
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function unescaped(text: string): string {
  return text.replaceAll(/&(#x?[\da-f]{1,6}|\w{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = Number(name[1]?.toLowerCase() === 'x' ? `0${name.slice(1)}` : name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function metaCharset(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(head)?.[1] ?? null;
}
