import type { Request, Response } from 'express';
import type { Problem } from '../errors.ts';
import type { Site } from '../site.ts';
import { Query } from './query.ts';

/** Success is `application/hal+json`. No successful answer has a `status` key: clients take one for a failure. */
export function sendHal(res: Response, body: object): void {
  res.type('application/hal+json').send(JSON.stringify(body));
}

export function selfLink(site: Site, path: string) {
  return { self: { href: `${site.origin()}/api/v4/${path}` } };
}

interface ListOptions {
  /** Adds `_total_items` and `_page_count`, which only some lists carry. */
  counted?: boolean;
  limitDefault?: number;
  limitMax?: number;
}

/** One page of a list with its links; 204 without a body when there is nothing on it. */
export function sendList<T>(
  site: Site,
  req: Request,
  res: Response,
  key: string,
  items: T[],
  view: (item: T) => object,
  options: ListOptions = {},
): void {
  const query = new Query(req);
  const { page, limit } = query.page(options.limitDefault, options.limitMax);
  const since = Date.parse(req.get('if-modified-since') ?? '');
  if (items.length > 0 && items.every(item => !isNewer(item, since / 1000))) {
    res.status(304).end();
    return;
  }
  const shown = items.slice((page - 1) * limit, page * limit);
  if (shown.length === 0) {
    res.status(204).end();
    return;
  }
  const base = `${site.origin()}/api/v4${req.path}`;
  const link = (to: number) => ({ href: `${base}?${query.toPage(to)}` });
  sendHal(res, {
    ...(options.counted
      ? { _total_items: items.length, _page: page, _page_count: Math.ceil(items.length / limit) }
      : { _page: page }),
    _links: {
      self: link(page),
      ...(page * limit < items.length ? { next: link(page + 1) } : {}),
      ...(page > 1 ? { first: link(1), prev: link(page - 1) } : {}),
    },
    _embedded: { [key]: shown.map(view) },
  });
}

/** What has no time of change is always news, as is everything to who did not ask. */
function isNewer(item: unknown, since: number): boolean {
  const updatedAt = isObject(item) ? item['updated_at'] : undefined;
  return typeof updatedAt !== 'number' || !(updatedAt <= since);
}

export function sendProblem(res: Response, problem: Problem): void {
  res.status(problem.status).type('application/problem+json');
  res.send(
    JSON.stringify({
      ...problem.extra,
      title: problem.title,
      type: `https://httpstatus.es/${problem.status}`,
      status: problem.status,
      detail: problem.message,
    }),
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
