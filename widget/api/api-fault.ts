/** What went wrong, in terms the views can turn into a sentence. Never branch on `message`. */
export class ApiFault extends Error {
  constructor(
    readonly code: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
    /** What else the API said; its shape depends on the code. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(code);
    this.name = 'ApiFault';
  }
}

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

export function toFault(error: unknown): ApiFault {
  return error instanceof ApiFault ? error : new ApiFault('network', 0);
}

const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/** Reads a problem document; a proxy's HTML page or an empty body still gives a code by status. */
export function faultOf(status: number, body: string, retryAfter: string | null = null): ApiFault {
  let problem: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed) problem = parsed as Record<string, unknown>;
  } catch {
    // Not one of ours: the status says what it can.
  }
  const seconds = Number(retryAfter);
  return new ApiFault(
    text(problem['code']) ?? (status === 0 ? 'network' : `http-${status}`),
    status,
    text(problem['requestId']),
    retryAfter !== null && Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : null,
    problem,
  );
}
