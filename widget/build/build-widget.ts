import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Platform, validateArchive } from '../archive/validate-archive.ts';
import { type Bundled, bundleScript } from './bundle-script.ts';
import { zipFiles } from './zip-files.ts';

const rootDir = fileURLToPath(new URL('../..', import.meta.url));

const ARCHIVES: ReadonlyArray<{ name: string; platform: Platform; locales: string[] }> = [
  { name: 'widget.zip', platform: 'kommo', locales: ['en', 'es', 'pt'] },
  { name: 'widget-amocrm.zip', platform: 'amocrm', locales: ['ru', 'en', 'es', 'pt'] },
];

export type BuiltArchive = { path: string; platform: Platform; locales: string[]; bytes: number };
export type BuiltWidget = { archives: BuiltArchive[]; scriptGzipBytes: number; proposalsGzipBytes: number };

export class ArchiveInvalid extends Error {
  override readonly name = 'ArchiveInvalid';
}

/**
 * Builds one archive per platform from the same sources into `outDir`.
 *
 * @throws ArchiveInvalid with every complaint, when the platform would refuse an archive
 * @throws ScriptTooLarge when script.js or proposals.js outgrows its budget
 */
export async function buildWidget(options: { apiOrigin: string; outDir: string }): Promise<BuiltWidget> {
  const bundled = await bundleScript(options.apiOrigin);
  await mkdir(options.outDir, { recursive: true });
  const archives: BuiltArchive[] = [];
  for (const { name, platform, locales } of ARCHIVES) {
    const files = await archiveFiles(bundled, locales);
    const complaints = validateArchive(files, platform);
    if (complaints.length) throw new ArchiveInvalid(`${name} would be refused:\n${complaints.join('\n')}`);
    const zip = zipFiles(files);
    const path = join(options.outDir, name);
    await writeFile(path, zip);
    archives.push({ path, platform, locales, bytes: zip.length });
  }
  return {
    archives,
    scriptGzipBytes: bundled.gzipBytes,
    proposalsGzipBytes: bundled.proposals.gzipBytes,
  };
}

/** The files of one archive by their path in it. */
export async function archiveFiles(
  { script, proposals }: Bundled,
  locales: string[],
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const manifest = JSON.parse(await readFile(join(rootDir, 'manifest.json'), 'utf8')) as {
    widget: { locale: string[] };
  };
  manifest.widget.locale = locales;
  files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  files.set('script.js', Buffer.from(script));
  files.set('proposals.js', Buffer.from(proposals.script));
  for (const locale of locales)
    files.set(`i18n/${locale}.json`, await readFile(join(rootDir, 'i18n', `${locale}.json`)));
  for (const image of await readdir(join(rootDir, 'images'))) {
    if (image.endsWith('.png')) files.set(`images/${image}`, await readFile(join(rootDir, 'images', image)));
  }
  return files;
}
