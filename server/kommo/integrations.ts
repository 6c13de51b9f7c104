import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import { AppError, NotFound } from '../kernel/index.ts';
import { seal, unseal } from '../secrets/index.ts';
import { IntegrationMissing } from './errors.ts';
import type { Integration } from './oauth.ts';

export interface IntegrationView {
  clientId: string;
  kind: 'private' | 'public';
  name: string;
  redirectUri: string;
  /** `environment` is the one that KOMMO_CLIENT_ID names; it is changed there alone. */
  from: 'environment' | 'operator';
}

/** The integrations this server answers for: one of the environment, and any number that the operator registered. */
export interface Integrations {
  /** Null for one that is not ours. */
  find(clientId: string): Promise<Integration | null>;
  /** @throws IntegrationMissing */
  get(clientId: string): Promise<Integration>;
  /** Where a call does not say which it is for: the environment's, or the only one. @throws IntegrationMissing */
  main(): Promise<Integration>;
  list(): Promise<IntegrationView[]>;
  /** @throws IntegrationFixed for the environment's */
  save(integration: Integration & Pick<IntegrationView, 'kind' | 'name'>): Promise<IntegrationView>;
  /** @throws NotFound, IntegrationFixed, IntegrationInUse */
  remove(clientId: string): Promise<void>;
}

/** The environment's integration is changed where it stands. */
export class IntegrationFixed extends AppError {
  readonly code = 'integration-fixed';
  readonly status = 409;

  constructor() {
    super('This integration is the one of KOMMO_CLIENT_ID: change it in the environment of the server.');
  }
}

/** Accounts are connected through it; without its secret they would be lost without a word. */
export class IntegrationInUse extends AppError {
  readonly code = 'integration-in-use';
  readonly status = 409;

  constructor(accounts: number) {
    super(
      `${accounts === 1 ? 'One account is' : `${accounts} accounts are`} connected through this integration. Disable it in Kommo first.`,
    );
  }
}

export interface IntegrationsDeps {
  db: Db;
  own: { clientId: string; clientSecret: string } | null;
  publicUrl: string;
  /** Seals the secrets: which tenant one belongs to is not known when it is needed. */
  key: Buffer;
}

/** Where Kommo sends the codes of a registered integration: its own path, because the code webhook may not name it. */
export const callbackOf = (publicUrl: string, clientId: string) =>
  `${publicUrl}/kommo/oauth/callback/${encodeURIComponent(clientId)}`;

/** Ids come from outside before anything is verified; nothing of another form is looked up. */
const idForm = /^[\w-]{1,100}$/;

export function openIntegrations({ db, own, publicUrl, key }: IntegrationsDeps): Integrations {
  // As long as routes are: other processes feel a change in 5 s.
  const remembered = new LRUCache<string, { found: Integration | null }>({ max: 1_000, ttl: 3_000 });
  const environment: Integration | null = own && {
    ...own,
    redirectUri: `${publicUrl}/kommo/oauth/callback`,
  };
  const placeOf = (clientId: string) => `integration-secret:${clientId}`;

  async function find(clientId: string): Promise<Integration | null> {
    if (environment?.clientId === clientId) return environment;
    if (!idForm.test(clientId)) return null;
    const known = remembered.get(clientId);
    if (known) return known.found;
    const row = await db.withoutTenant(tx => tx('integrations').where({ client_uuid: clientId }).first());
    const found = row
      ? {
          clientId,
          clientSecret: unseal(key, row.sealed_secret, placeOf(clientId)).toString(),
          redirectUri: row.redirect_uri,
        }
      : null;
    remembered.set(clientId, { found });
    return found;
  }

  async function registered(): Promise<IntegrationView[]> {
    const rows = await db.withoutTenant(tx => tx('integrations').orderBy('created_at'));
    return rows.map(row => ({
      clientId: row.client_uuid,
      kind: row.kind,
      name: row.name,
      redirectUri: row.redirect_uri,
      from: 'operator',
    }));
  }

  return {
    find,
    async get(clientId) {
      const found = await find(clientId);
      if (found === null) throw new IntegrationMissing();
      return found;
    },
    async main() {
      if (environment) return environment;
      const [only, another] = await registered();
      const found = only && !another ? await find(only.clientId) : null;
      if (found === null) throw new IntegrationMissing();
      return found;
    },
    async list() {
      const first: IntegrationView[] = environment
        ? [
            {
              clientId: environment.clientId,
              kind: 'public',
              name: 'KOMMO_CLIENT_ID',
              redirectUri: environment.redirectUri,
              from: 'environment',
            },
          ]
        : [];
      return [...first, ...(await registered())];
    },
    async save({ clientId, clientSecret, redirectUri, kind, name }) {
      if (environment?.clientId === clientId) throw new IntegrationFixed();
      const row = {
        kind,
        name,
        redirect_uri: redirectUri,
        sealed_secret: seal(key, Buffer.from(clientSecret), placeOf(clientId)),
        updated_at: new Date(),
      };
      await db.withoutTenant(tx =>
        tx('integrations')
          .insert({ client_uuid: clientId, ...row })
          .onConflict('client_uuid')
          .merge(row),
      );
      remembered.delete(clientId);
      return { clientId, kind, name, redirectUri, from: 'operator' };
    },
    async remove(clientId) {
      if (environment?.clientId === clientId) throw new IntegrationFixed();
      await db.withoutTenant(async tx => {
        const row = await tx('integrations').where({ client_uuid: clientId }).forUpdate().first();
        if (!row) throw new NotFound('integration');
        const connected = await tx('tenant_routes')
          .where({ client_uuid: clientId, active: true })
          .count({ n: '*' })
          .first();
        if (Number(connected?.n) > 0) throw new IntegrationInUse(Number(connected?.n));
        await tx('integrations').where({ client_uuid: clientId }).delete();
      });
      remembered.delete(clientId);
    },
  };
}
