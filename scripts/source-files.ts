import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The files below a folder which no list of patterns leaves out, such as .gitignore; git itself need not be there.
 *
 * Patterns are read as our lists write them: a name or path with all below it, or `*` at the start of a file's name,
 * for every folder.
 */
export function sourceFiles(root: string, lists: string[]): string[] {
  const patterns = ['.git', ...lists.flatMap(list => readPatterns(readFileSync(join(root, list), 'utf8')))];
  const isLeftOut = (path: string) => patterns.some(pattern => matches(pattern, path));
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isLeftOut(path)) return [];
      if (entry.isDirectory()) return walk(path);
      return entry.isFile() ? [path] : [];
    });
  return walk('').sort();
}

export function readPatterns(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim().replace(/\/$/, ''))
    .filter(line => line !== '' && !line.startsWith('#'));
}

export function matches(pattern: string, path: string): boolean {
  const ending = /^(?:\*\*\/)?\*([^*/]+)$/.exec(pattern)?.[1];
  if (ending !== undefined) return basename(path).endsWith(ending);
  if (/[*!?[]/.test(pattern)) throw new Error(`The pattern ${pattern} is of a kind that is not read here.`);
  return pattern.includes('/') ? path === pattern : path.split('/').includes(pattern);
}
