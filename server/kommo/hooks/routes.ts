import { z } from 'zod';
import { type Route, route } from '../../http/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';
import type { HookPaths } from './paths.ts';
import type { HookReceiver } from './receive.ts';
import { hooksPath } from './subscribe.ts';

export interface HookRoutesDeps {
  paths: HookPaths;
  receiver: HookReceiver;
}

const params = z.object({ hookPath: z.string().max(200) });

/** Where Kommo posts what happens in an account. What it posts is a hint: nothing of it is acted on unread. */
export function hookRoutes({ paths, receiver }: HookRoutesDeps): Route[] {
  async function tenantAt(path: string): Promise<TenantId> {
    const tenantId = await paths.tenantOf(path);
    if (tenantId === null) throw new NotFound('address');
    return tenantId;
  }
  return [
    route({
      method: 'post',
      path: `${hooksPath}{hookPath}`,
      operation: 'receiveHook',
      summary: 'Where Kommo posts the hooks of one account; the address is the secret.',
      tag: 'kommo',
      permission: 'public',
      limit: 'failures',
      bodyKind: 'raw',
      params,
      answers: { 200: null },
      problems: { 404: ['address-not-found'], 413: ['body-too-large'], 503: ['hooks-flooded'] },
      async handle({ params: { hookPath }, body, req }) {
        const tenantId = await tenantAt(hookPath);
        if (Buffer.isBuffer(body) && body.length > 0)
          await receiver.accept(tenantId, { body, contentType: req.get('content-type') ?? '' });
        return { status: 200 };
      },
    }),
    route({
      method: 'get',
      path: `${hooksPath}{hookPath}`,
      operation: 'checkHook',
      summary: "Kommo's check that an address of hooks answers.",
      tag: 'kommo',
      permission: 'public',
      limit: 'failures',
      params,
      answers: { 200: null },
      problems: { 404: ['address-not-found'] },
      async handle({ params: { hookPath } }) {
        await tenantAt(hookPath);
        return { status: 200 };
      },
    }),
  ];
}
