import { gunzipSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import { decodeText } from './decode.ts';
import { Unreadable } from './unreadable.ts';

export interface ReadSitemap {
  pages: string[];
  /** An index names further sitemaps. */
  sitemaps: string[];
}

const bytesMax = 50 * 1024 * 1024;
const addressesMax = 50_000;

/** A sitemap or an index of them, also compressed or as plain lines. */
export function readSitemap(bytes: Uint8Array): ReadSitemap {
  const text = decodeText(unpacked(bytes));
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text))
    throw new Unreadable('document-unreadable', 'This sitemap declares XML entities; it was not read.');
  if (!text.trimStart().startsWith('<')) return { pages: addresses(text.split('\n')), sitemaps: [] };
  const parser = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false });
  const tree: unknown = parser.parse(text);
  return {
    pages: addresses(locationsIn(tree, 'urlset', 'url')),
    sitemaps: addresses(locationsIn(tree, 'sitemapindex', 'sitemap')),
  };
}

function unpacked(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: bytesMax }) : bytes;
}

function locationsIn(tree: unknown, list: string, item: string): string[] {
  const items = child(child(tree, list), item);
  const found = Array.isArray(items) ? items : items === undefined ? [] : [items];
  return found.map(entry => String(child(entry, 'loc') ?? ''));
}

function child(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, name)
    ? Reflect.get(node, name)
    : undefined;
}

function addresses(texts: string[]): string[] {
  const found = texts
    .map(text => text.trim())
    .filter(text => /^https?:\/\//i.test(text) && text.length <= 2000);
  return [...new Set(found)].slice(0, addressesMax);
}
