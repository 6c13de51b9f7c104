import type { Files } from './archive-files.ts';

const LINE_LENGTH_MAX = 2_000;
const MEAN_LINE_LENGTH_MAX = 200;

const FORBIDDEN: ReadonlyArray<[pattern: RegExp, complaint: string]> = [
  [/\beval\s*\(/, 'eval is not allowed'],
  [/\bnew\s+Function\s*\(/, 'new Function is not allowed'],
  [/(?<![.\w])alert\s*\(|\bwindow\.alert\b/, 'alert is not allowed'],
  [/(?<![.\w])confirm\s*\(|\bwindow\.confirm\b/, 'confirm is not allowed'],
  [/createElement\(\s*["'`]script["'`]/, 'inserting a script element is not allowed'],
  [/\basync\s*:\s*false\b/, 'synchronous requests are not allowed'],
  [/\bdebugger\b/, 'debugger is not allowed'],
  [/(?<![.\w])(?:window\.)?(?:APP|AMOCRM)(?:\.[\w.]+)?\s*=(?!=)/, 'writing to APP is not allowed'],
];

export function scriptComplaints(files: Files): string[] {
  const complaints: string[] = [];
  for (const [path, bytes] of files) {
    if (!path.endsWith('.js')) continue;
    const source = Buffer.from(bytes).toString('utf8');
    const code = withoutComments(source);
    if (path === 'script.js' && !/\bdefine\s*\(/.test(code))
      complaints.push('script.js does not define an AMD module');
    for (const [pattern, complaint] of FORBIDDEN)
      if (pattern.test(code)) complaints.push(`${path}: ${complaint}`);
    for (const [, method] of code.matchAll(/\bconsole\.(\w+)/g)) {
      if (method !== 'trace') complaints.push(`${path}: console.${method} is not allowed`);
    }
    if (isMinified(source)) complaints.push(`${path} looks minified; moderators read it`);
  }
  return complaints;
}

/** Good enough for a search: strings that look like comments lose a little, code does not. */
const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/^\s*\/\/.*$/gm, '');

function isMinified(source: string): boolean {
  const lines = source.split('\n').filter(line => line.trim());
  const mean = source.length / Math.max(1, lines.length);
  return mean > MEAN_LINE_LENGTH_MAX || lines.some(line => line.length > LINE_LENGTH_MAX);
}
