import { AppError, type TenantId } from '../kernel/index.ts';

/** Who acts. Every route gets one of these from the same authentication, whatever transport brought it. */
export type Caller =
  | {
      kind: 'rep';
      tenantId: TenantId;
      userId: number;
      name: string;
      isAdmin: boolean;
      sessionId: string;
      origin: string;
    }
  | { kind: 'admin'; tenantId: TenantId; by: string }
  | { kind: 'operator' };

/**
 * What a route asks for. `rep`: a person in the account's CRM; `admin`: an administrator of the account
 * (a rep with that role, or an admin token); `operator`: whoever runs the server; `public`: nobody, on a
 * reviewed list in routes.test.ts; `signed`: the handler checks a signature or one-time token itself.
 */
export type Permission = 'rep' | 'admin' | 'operator' | 'public' | 'signed';

/** No credentials, or ones that do not hold. */
export class Unauthenticated extends AppError {
  readonly status = 401;
  readonly code: string;
  override readonly headers = { 'WWW-Authenticate': 'Bearer' };

  constructor(code = 'unauthenticated', message = 'Sign in first: the request carries no valid token.') {
    super(message);
    this.code = code;
  }
}

/** Known, but not allowed. */
export class Forbidden extends AppError {
  readonly code = 'forbidden';
  readonly status = 403;

  constructor(needed: Permission) {
    super(`This needs the role "${needed}".`);
  }
}

/** @throws Forbidden unless the caller's role suffices */
export function authorise(permission: Permission, caller: Caller | null): void {
  if (permission === 'public' || permission === 'signed') return;
  if (caller === null) throw new Unauthenticated();
  const allowed =
    permission === 'operator'
      ? caller.kind === 'operator'
      : permission === 'rep'
        ? caller.kind === 'rep'
        : caller.kind === 'admin' || (caller.kind === 'rep' && caller.isAdmin);
  if (!allowed) throw new Forbidden(permission);
}

/** The tenant of a caller that has one. */
export function tenantOf(caller: Caller | null): TenantId {
  if (caller === null || caller.kind === 'operator') throw new Forbidden('admin');
  return caller.tenantId;
}

/** The caller as the audit log and idempotency keys name them. */
export function actorOf(caller: Caller | null): {
  kind: 'rep' | 'admin' | 'operator' | 'system';
  id: string | null;
} {
  if (caller === null) return { kind: 'system', id: null };
  if (caller.kind === 'rep') return { kind: 'rep', id: String(caller.userId) };
  if (caller.kind === 'admin') return { kind: 'admin', id: caller.by };
  return { kind: 'operator', id: null };
}
