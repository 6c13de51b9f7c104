import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { z } from 'zod';

const archiveBytesMax = 20_000_000;
const unpackedBytesMax = 60_000_000;
const imageBytesMax = 300_000;
const imagesNeeded = ['logo', 'logo_main', 'logo_medium', 'logo_min', 'logo_small'].map(
  name => `images/${name}.png`,
);

const Manifest = z.looseObject({
  widget: z.looseObject({
    name: z.string(),
    description: z.string(),
    short_description: z.string(),
    version: z.string().default('1.0.0'),
    interface_version: z.literal(2),
    init_once: z.boolean().default(false),
    locale: z.array(z.string()).min(1),
    installation: z.boolean(),
  }),
  locations: z.array(z.string()).min(1),
  settings: z
    .record(z.string(), z.looseObject({ name: z.string(), type: z.string(), required: z.boolean() }))
    .optional(),
});
export type Manifest = z.infer<typeof Manifest>;

export interface Archive {
  manifest: Manifest;
  digest: string;
  files: Map<string, Uint8Array>;
  langs: Record<string, Record<string, unknown>>;
}

/** The archive was refused; one complaint per place, as the platform lists them on upload. */
export class ArchiveRefused extends Error {
  readonly complaints: string[];
  constructor(complaints: string[]) {
    super(complaints.join(' '));
    this.complaints = complaints;
  }
}

/** The uploaded widget archives, by integration. */
export interface Archives {
  get(clientId: string): Archive | undefined;
  put(clientId: string, zip: Uint8Array): Promise<Archive>;
}

export function openArchives(dir: string): Archives {
  const known = new Map<string, Archive>();
  const fileOf = (clientId: string) => {
    const name = createHash('sha256').update(clientId).digest('hex').slice(0, 32);
    return join(dir, 'archives', `${name}.zip`);
  };
  return {
    get(clientId) {
      const found = known.get(clientId);
      if (found) return found;
      const file = fileOf(clientId);
      if (!existsSync(file)) return undefined;
      const archive = readArchive(readFileSync(file));
      known.set(clientId, archive);
      return archive;
    },
    async put(clientId, zip) {
      const archive = readArchive(zip);
      const file = fileOf(clientId);
      await mkdir(join(dir, 'archives'), { recursive: true });
      await writeFile(`${file}.tmp`, zip);
      await rename(`${file}.tmp`, file);
      known.set(clientId, archive);
      return archive;
    },
  };
}

/**
 * Unzips and checks what the platform checks first.
 *
 * @throws ArchiveRefused with every complaint found
 */
export function readArchive(zip: Uint8Array): Archive {
  if (zip.byteLength > archiveBytesMax) throw new ArchiveRefused(['The archive is too large.']);
  const files = unzip(zip);
  const complaints: string[] = [];
  if (!files.has('manifest.json')) {
    const nested = [...files.keys()].some(name => name.endsWith('/manifest.json'));
    throw new ArchiveRefused([
      nested
        ? 'manifest.json is not at the root of the archive: zip the files, not their folder.'
        : 'manifest.json is missing in the archive.',
    ]);
  }
  const manifest = readManifest(files, complaints);
  if (!files.has('script.js')) complaints.push('script.js is missing at the root of the archive.');
  const langs = manifest ? readLangs(files, manifest.widget.locale, complaints) : {};
  for (const image of imagesNeeded) {
    const bytes = files.get(image);
    if (!bytes) complaints.push(`${image} is missing.`);
    else if (bytes.byteLength > imageBytesMax) complaints.push(`${image} is larger than 300 KB.`);
  }
  if (!manifest || complaints.length > 0) throw new ArchiveRefused(complaints);
  return { manifest, files, langs, digest: createHash('sha256').update(zip).digest('hex') };
}

function unzip(zip: Uint8Array): Map<string, Uint8Array> {
  let unpackedBytes = 0;
  try {
    const entries = unzipSync(zip, {
      filter: file => {
        unpackedBytes += file.originalSize;
        if (unpackedBytes > unpackedBytesMax)
          throw new ArchiveRefused(['The unpacked archive is too large.']);
        return true;
      },
    });
    return new Map(Object.entries(entries).filter(([name]) => !name.endsWith('/')));
  } catch (error) {
    if (error instanceof ArchiveRefused) throw error;
    throw new ArchiveRefused(['The archive is not a readable zip file.']);
  }
}

function readManifest(files: Map<string, Uint8Array>, complaints: string[]): Manifest | undefined {
  const json = readJson(files, 'manifest.json', complaints);
  if (json === undefined) return undefined;
  const parsed = Manifest.safeParse(json);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      complaints.push(`"${issue.path.join('.')}" field in manifest.json: ${issue.message}.`);
    }
    return undefined;
  }
  const { locations, settings, widget } = parsed.data;
  const needsSettings = locations.includes('settings') || widget.installation;
  if (needsSettings && !settings) complaints.push('"settings" field is required in manifest.json.');
  return parsed.data;
}

function readLangs(files: Map<string, Uint8Array>, locales: string[], complaints: string[]) {
  const langs: Record<string, Record<string, unknown>> = {};
  let firstKeys: string | undefined;
  for (const locale of locales) {
    const json = readJson(files, `i18n/${locale}.json`, complaints);
    if (json === null || typeof json !== 'object' || Array.isArray(json)) continue;
    langs[locale] = json as Record<string, unknown>;
    const keys = keyPaths(json).sort().join('\n');
    firstKeys ??= keys;
    if (keys !== firstKeys)
      complaints.push(`i18n/${locale}.json has other keys than i18n/${locales[0]}.json.`);
  }
  return langs;
}

function keyPaths(value: unknown, prefix = ''): string[] {
  if (value === null || typeof value !== 'object') return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => keyPaths(inner, prefix ? `${prefix}.${key}` : key));
}

function readJson(files: Map<string, Uint8Array>, name: string, complaints: string[]): unknown {
  const bytes = files.get(name);
  if (!bytes) {
    complaints.push(`${name} is missing.`);
    return undefined;
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (text.startsWith('\uFEFF')) complaints.push(`${name} begins with a byte order mark.`);
  if (text.includes('\r')) complaints.push(`${name} has CR line ends.`);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    complaints.push(`${name} is not valid JSON.`);
    return undefined;
  }
}
