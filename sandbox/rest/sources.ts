import type { Response, Router } from 'express';
import { z } from 'zod';
import { faultsOf } from '../changes/refusals.ts';
import { forbidden, invalid, notFound } from '../errors.ts';
import type { Source } from '../extras.ts';
import { nextId, type Site } from '../site.ts';
import { selfLink, sendHal } from './answer.ts';
import { itemOf, itemsOf, refuseItems } from './batch.ts';
import { actorOf, requireAdmin } from './locals.ts';

const sourcesMax = 100;
const NewSource = z.object({
  name: z.string().min(1).max(255),
  external_id: z.string().min(1).max(255),
  pipeline_id: z.int().optional(),
  default: z.boolean().optional(),
  origin_code: z.string().nullish(),
  services: z.array(z.unknown()).optional(),
});

/** The entry points of an integration; it sees and changes only its own. */
export function sourceRoutes(site: Site, router: Router): void {
  const own = (res: Response): string => {
    const { clientId } = actorOf(res);
    if (clientId === null) throw forbidden();
    return clientId;
  };
  const find = (res: Response, id: string): Source => {
    const clientId = own(res);
    const source = site.data.sources.find(one => String(one.id) === id && one.clientId === clientId);
    if (!source) throw notFound();
    return source;
  };
  const view = ({ clientId, ...source }: Source) => ({
    ...source,
    _links: selfLink(site, `sources/${source.id}`),
  });
  const checkPipeline = (id: number | undefined) =>
    id === undefined || site.data.pipelines.some(pipeline => pipeline.id === id)
      ? []
      : [
          {
            code: 'NotSupportedChoice',
            path: 'pipeline_id',
            detail: 'The value you selected is not a valid choice.',
          },
        ];

  router.get('/sources', (_req, res) => {
    const clientId = own(res);
    const found = site.data.sources.filter(one => one.clientId === clientId);
    if (found.length === 0) {
      res.status(204).end();
      return;
    }
    sendHal(res, {
      _total_items: found.length,
      _links: selfLink(site, 'sources'),
      _embedded: { sources: found.map(view) },
    });
  });
  router.get('/sources/:id', (req, res) => sendHal(res, view(find(res, req.params.id))));
  router.post('/sources', (req, res) => {
    requireAdmin(res);
    const clientId = own(res);
    const items = itemsOf(req);
    const taken = new Set(
      site.data.sources.filter(one => one.clientId === clientId).map(one => one.external_id),
    );
    refuseItems(items, ({ given }) => {
      const parsed = NewSource.safeParse(given);
      if (!parsed.success) return faultsOf(parsed.error);
      if (taken.has(parsed.data.external_id)) {
        return [{ code: 'NotUnique', path: 'external_id', detail: 'This value is already used.' }];
      }
      taken.add(parsed.data.external_id);
      return checkPipeline(parsed.data.pipeline_id);
    });
    if (taken.size > sourcesMax) {
      const detail = `This collection should contain ${sourcesMax} elements or less.`;
      throw invalid([{ errors: [{ code: 'TooMany', path: '', detail }] }]);
    }
    const main = site.data.pipelines.find(({ is_main }) => is_main);
    const added = items.map(({ requestId, given }) => {
      const body = NewSource.parse(given);
      const source: Source = {
        id: nextId(site),
        name: body.name,
        pipeline_id: body.pipeline_id ?? main?.id ?? 0,
        external_id: body.external_id,
        default: body.default ?? false,
        origin_code: body.origin_code ?? null,
        services: body.services ?? [],
        clientId,
      };
      site.data.sources.push(source);
      return { ...view(source), request_id: requestId };
    });
    site.store.touch();
    sendHal(res, {
      _total_items: added.length,
      _links: selfLink(site, 'sources'),
      _embedded: { sources: added },
    });
  });
  router.patch('/sources/:id', (req, res) => {
    requireAdmin(res);
    const source = find(res, req.params.id);
    const parsed = NewSource.omit({ external_id: true }).partial().safeParse(itemOf(req).given);
    if (!parsed.success) throw invalid([{ errors: faultsOf(parsed.error) }]);
    const faults = checkPipeline(parsed.data.pipeline_id);
    if (faults.length > 0) throw invalid([{ errors: faults }]);
    const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
    Object.assign(source, Object.fromEntries(given));
    site.store.touch();
    sendHal(res, view(source));
  });
  router.delete('/sources/:id', (req, res) => {
    requireAdmin(res);
    const source = find(res, req.params.id);
    site.data.sources = site.data.sources.filter(one => one !== source);
    site.store.touch();
    res.status(204).end();
  });
}
