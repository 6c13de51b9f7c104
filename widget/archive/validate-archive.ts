import { type Files, type Json, object, type Platform, readJson, strings } from './archive-files.ts';
import { i18nComplaints } from './i18n-complaints.ts';
import { imageComplaints } from './image-complaints.ts';
import { manifestComplaints } from './manifest-complaints.ts';
import { scriptComplaints } from './script-complaints.ts';

export type { Files, Json, Platform } from './archive-files.ts';

const TEXT_FILE = /\.(json|js|css|twig|html|svg)$/;

/**
 * What the platform's upload check and its moderators would say about an archive, one sentence each.
 *
 * An empty list means that nothing known stands in the way.
 */
export function validateArchive(files: Files, platform: Platform): string[] {
  if (!files.has('manifest.json')) {
    const nested = [...files.keys()].find(path => path.endsWith('/manifest.json'));
    return [
      nested
        ? `The files are inside the folder "${nested.slice(0, nested.indexOf('/'))}"; they belong at the root of the archive`
        : 'manifest.json is missing',
    ];
  }
  const complaints = textComplaints(files);
  const manifest = readJson(files, 'manifest.json', complaints);
  if (!manifest) return complaints;
  if (!files.has('script.js')) complaints.push('script.js is missing');
  complaints.push(
    ...manifestComplaints(manifest, platform),
    ...i18nComplaints(files, manifest, platform),
    ...imageComplaints(files, manifest),
    ...scriptComplaints(files),
    ...unusedComplaints(files, manifest),
  );
  return complaints;
}

function textComplaints(files: Files): string[] {
  const complaints: string[] = [];
  for (const [path, bytes] of files) {
    if (path.startsWith('/') || path.split('/').includes('..'))
      complaints.push(`${path} is not a path inside the archive`);
    if (!TEXT_FILE.test(path)) continue;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
      complaints.push(`${path} begins with a byte order mark`);
    if (bytes.includes(13)) complaints.push(`${path} has CRLF line ends; only LF is allowed`);
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      complaints.push(`${path} is not UTF-8`);
    }
  }
  return complaints;
}

/** Files that neither the platform nor the script reads. */
function unusedComplaints(files: Files, manifest: Json): string[] {
  const locations = strings(manifest.locations);
  const used = new Set(['manifest.json', 'script.js']);
  for (const locale of strings(object(manifest.widget).locale)) used.add(`i18n/${locale}.json`);
  for (const logo of ['logo', 'logo_main', 'logo_medium', 'logo_min', 'logo_small'])
    used.add(`images/${logo}.png`);
  if (locations.includes('digital_pipeline')) used.add('images/logo_dp.png');
  for (const images of Object.values(object(object(manifest.tour).tour_images))) {
    for (const image of strings(images)) used.add(image.replace(/^\//, ''));
  }
  const script = Buffer.from(files.get('script.js') ?? []).toString('utf8');
  return [...files.keys()]
    .filter(path => !used.has(path) && !script.includes(path))
    .map(path => `${path} is not used by anything in the archive`);
}
