import { z } from 'zod';

export type SourceKind = 'page' | 'site' | 'archive' | 'products' | 'conversations';

const SiteSettings = z.object({
  address: z.string(),
  depth: z.int(),
  pagesMax: z.int(),
  sitemap: z.boolean(),
  /** Paths below which nothing is read. */
  exclude: z.array(z.string()),
});
const ArchiveSettings = z.object({ fileKey: z.string(), fileName: z.string(), at: z.int() });

export type SiteSettings = z.infer<typeof SiteSettings>;
export type ArchiveSettings = z.infer<typeof ArchiveSettings>;

export const readSiteSettings = (settings: unknown): SiteSettings => SiteSettings.parse(settings);
export const readArchiveSettings = (settings: unknown): ArchiveSettings => ArchiveSettings.parse(settings);
