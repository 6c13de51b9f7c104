import { XMLParser } from 'fast-xml-parser';
import { type Draft, draftFromMarked, headingEnd, headingStart, pageStart, withoutMarks } from './draft.ts';
import { openOffice } from './office.ts';
import { looksLikeHeaders, oneLine, plainLines, tableLines } from './table.ts';
import { tooComplex, Unreadable } from './unreadable.ts';
import type { Member } from './zip.ts';

const slidesMax = 3000;

/** The slides of a presentation in their order: titles as headings, texts, tables, and the speaker's notes. */
export async function readPptx(
  bytes: Uint8Array,
  onProgress: (done: number, total: number) => void,
): Promise<Draft> {
  const parts = await openOffice(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const slides = await slidePaths(parts);
  if (slides.length > slidesMax) throw tooComplex();
  let marked = '';
  for (const [index, path] of slides.entries()) {
    const slide = blocksOf(await treeOf(parts, path));
    const notes = [...(await linksOf(parts, path)).values()].find(link => /\/notesSlide\d+\.xml$/.test(link));
    const spoken = notes ? blocksOf(await treeOf(parts, notes)) : [];
    const texts = [...slide, ...spoken.filter(block => !/^\d*$/.test(block))];
    marked += `\n\n${pageStart}${texts.join('\n\n')}`;
    onProgress(index + 1, slides.length);
  }
  return draftFromMarked(marked);
}

/** An element as the parser orders it: its name holds its children, `:@` its attributes, `#text` its text. */
type Node = { [name: string]: unknown };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
});

async function treeOf(parts: Map<string, Member>, path: string): Promise<Node[]> {
  const part = parts.get(path);
  if (!part) return [];
  try {
    return parser.parse(await part.read());
  } catch (cause) {
    throw cause instanceof Unreadable ? cause : damaged(cause);
  }
}

function damaged(cause?: unknown): Unreadable {
  const detail = 'This file is damaged, or is no presentation. Save it again and upload the copy.';
  return new Unreadable('document-unreadable', detail, { cause });
}

async function slidePaths(parts: Map<string, Member>): Promise<string[]> {
  const links = await linksOf(parts, 'ppt/presentation.xml');
  const listed = [...find(await treeOf(parts, 'ppt/presentation.xml'), 'p:sldId')];
  const paths = listed.map(slide => links.get(attribute(slide, 'r:id')) ?? '');
  const known = paths.filter(path => parts.has(path));
  if (known.length === 0) throw damaged();
  return known;
}

/** What a part refers to, by the id it uses. */
async function linksOf(parts: Map<string, Member>, path: string): Promise<Map<string, string>> {
  const slash = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
  const tree = await treeOf(parts, `${folder}/_rels/${name}.rels`);
  const links = [...find(tree, 'Relationship')].filter(link => attribute(link, 'TargetMode') !== 'External');
  return new Map(
    links.map(link => {
      const target = new URL(attribute(link, 'Target'), `file:///${folder}/`).pathname.slice(1);
      return [attribute(link, 'Id'), target];
    }),
  );
}

/** The texts of a slide: one block per shape or table. */
function blocksOf(tree: Node[]): string[] {
  const blocks: string[] = [];
  const visit = (nodes: Node[]): void => {
    for (const node of nodes) {
      const name = nameOf(node);
      if (name === 'p:sp') {
        const text = paragraphs(node).join('\n');
        const kind = [...find([node], 'p:ph')].map(place => attribute(place, 'type'))[0] ?? '';
        if (/^(?:sldNum|dt|ftr|hdr)$/.test(kind)) continue;
        const isTitle = kind === 'title' || kind === 'ctrTitle';
        if (text !== '') blocks.push(isTitle ? `${headingStart}2${oneLine(text)}${headingEnd}` : text);
      } else if (name === 'a:tbl') blocks.push(tableOf(node));
      else visit(childrenOf(node));
    }
  };
  visit(tree);
  return blocks.filter(block => block !== '');
}

function tableOf(table: Node): string {
  const rows = [...find([table], 'a:tr')].map(row =>
    [...find([row], 'a:tc')].map(cell => paragraphs(cell).join(' ')),
  );
  const [first = [], ...rest] = rows;
  const declared = [...find([table], 'a:tblPr')].some(part => attribute(part, 'firstRow') === '1');
  const named = rest.length > 0 && (declared || looksLikeHeaders(first, rest));
  return (named ? tableLines(first, rest) : plainLines(rows)).join('\n');
}

function paragraphs(node: Node): string[] {
  return [...find([node], 'a:p')].map(paragraph => withoutMarks(textOf(paragraph)).trim()).filter(Boolean);
}

function textOf(node: Node): string {
  const name = nameOf(node);
  if (name === 'a:t')
    return childrenOf(node)
      .map(child => String(child['#text'] ?? ''))
      .join('');
  if (name === 'a:br') return '\n';
  return childrenOf(node).map(textOf).join('');
}

function* find(nodes: Node[], name: string): Generator<Node> {
  for (const node of nodes) {
    if (nameOf(node) === name) yield node;
    else yield* find(childrenOf(node), name);
  }
}

function nameOf(node: Node): string {
  return Object.keys(node).find(key => key !== ':@') ?? '';
}

function childrenOf(node: Node): Node[] {
  const children = node[nameOf(node)];
  return Array.isArray(children) ? children : [];
}

function attribute(node: Node, name: string): string {
  const attributes = node[':@'];
  const value =
    typeof attributes === 'object' && attributes !== null ? Reflect.get(attributes, name) : undefined;
  return typeof value === 'string' ? value : '';
}
