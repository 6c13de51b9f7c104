import type { Router } from 'express';
import { z } from 'zod';
import { faultsOf } from '../changes/refusals.ts';
import { tagNamed, tagsOf } from '../changes/set-tags.ts';
import { entityKinds } from '../records.ts';
import type { Site } from '../site.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { itemsOf, refuseItems } from './batch.ts';
import { Query } from './query.ts';

const NewTag = z.object({ name: z.string().min(1).max(255), color: z.string().nullish() });

export function tagRoutes(site: Site, router: Router): void {
  for (const kind of entityKinds) {
    router.get(`/${kind}/tags`, (req, res) => {
      const query = new Query(req);
      const text = query.one('query')?.toLowerCase();
      const names = query.many('filter[name]');
      const ids = query.many('filter[id]');
      const found = tagsOf(site, kind).filter(
        ({ id, name }) =>
          (!text || name.toLowerCase().includes(text)) &&
          (!names || names.includes(name)) &&
          (!ids || ids.includes(String(id))),
      );
      sendList(site, req, res, 'tags', found, tag => tag);
    });
    router.post(`/${kind}/tags`, (req, res) => {
      const items = itemsOf(req);
      refuseItems(items, ({ given }) => {
        const parsed = NewTag.safeParse(given);
        return parsed.success ? [] : faultsOf(parsed.error);
      });
      const tags = items.map(({ requestId, given }) => {
        const { name, color } = NewTag.parse(given);
        return { ...tagNamed(site, kind, name, color ?? null), request_id: requestId };
      });
      site.store.touch();
      sendHal(res, {
        _total_items: tags.length,
        _links: selfLink(site, `${kind}/tags`),
        _embedded: { tags },
      });
    });
  }
}
