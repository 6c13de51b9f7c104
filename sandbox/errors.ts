/** The sandbox cannot start; the message says in one sentence how to mend it. */
export class SetupError extends Error {}

/** An answer in the platform's `application/problem+json` style. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly extra: Record<string, unknown>;

  constructor(status: number, title: string, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.extra = extra;
  }
}

export const unauthorized = () => new Problem(401, 'Unauthorized', 'Invalid user name or password');
export const forbidden = () => new Problem(403, 'Forbidden', 'Access denied');
export const notFound = () => new Problem(404, 'Not Found', 'Requested entity not found');

export interface FieldFault {
  code: string;
  path: string;
  detail: string;
}

/** Kommo: a refused body lists its faults per item, the item named by its `request_id` or its index. */
export function invalid(faults: { requestId?: string; errors: FieldFault[] }[]): Problem {
  return new Problem(400, 'Bad Request', 'Request validation failed', {
    'validation-errors': faults.map((fault, index) => ({
      request_id: fault.requestId ?? String(index),
      errors: fault.errors,
    })),
  });
}
