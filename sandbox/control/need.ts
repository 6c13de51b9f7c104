import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { User } from '../records.ts';
import { integrationOf, type Site } from '../site.ts';
import type { Integration } from '../state.ts';

export const ForUser = z.object({ clientId: z.string(), userId: z.int().optional() });

export function needIntegration(site: Site, clientId: string): Integration {
  const integration = integrationOf(site, clientId);
  if (!integration) throw notFound();
  return integration;
}

/** The named user, or the first administrator. */
export function needUser(site: Site, userId: number | undefined): User {
  const user = site.data.users.find(({ id, rights }) =>
    userId === undefined ? rights.is_admin : id === userId,
  );
  if (!user) throw notFound();
  return user;
}
