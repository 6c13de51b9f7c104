import { z } from 'zod';
import { KommoUnavailable } from './errors.ts';

const Page = z.object({
  _links: z
    .object({ next: z.object({ href: z.string() }).nullish().catch(null) })
    .nullish()
    .catch(null),
  _embedded: z.record(z.string(), z.unknown()),
});

/**
 * Walks a list from `first` along `_links.next`, which is the only sign that there is more: most lists
 * carry no total. Nothing at all (204) is an empty list.
 *
 * @throws KommoUnavailable if a page is no list of `embedded`, or the links run in a circle
 */
export async function* pages(
  read: (path: string) => Promise<unknown>,
  first: string,
  { embedded, pagesMax = Number.POSITIVE_INFINITY }: { embedded: string; pagesMax?: number | undefined },
): AsyncGenerator<unknown> {
  const seen = new Set<string>();
  for (let path: string | null = first; path !== null && seen.size < pagesMax; ) {
    if (seen.has(path)) throw new KommoUnavailable(new Error('the pages of a list run in a circle'));
    seen.add(path);
    const body = await read(path);
    if (body === null) return;
    const page = Page.safeParse(body);
    const items = page.success ? page.data._embedded[embedded] : undefined;
    if (!page.success || !Array.isArray(items))
      throw new KommoUnavailable(new Error(`a page carries no list of ${embedded}`));
    yield* items;
    const next = page.data._links?.next?.href;
    path = next === undefined ? null : pathOf(next);
  }
}

/** The account's name may have changed since: the path counts, the host stays the one we know. */
function pathOf(href: string): string {
  if (!URL.canParse(href)) throw new KommoUnavailable(new Error('the link to the next page is no address'));
  const { pathname, search } = new URL(href);
  if (!pathname.startsWith('/api/v4/'))
    throw new KommoUnavailable(new Error('the link to the next page leads elsewhere'));
  return `${pathname.slice('/api/v4'.length)}${search}`;
}
