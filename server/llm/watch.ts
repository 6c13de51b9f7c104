import { ModelUnavailable } from './errors.ts';

/**
 * One signal for an upstream call, pulled by the caller's signal or by time: in all, and per wait.
 *
 * The library's own time-out ends with the response headers; a model that stalls after them would hold a rep
 * for ever.
 */
export class Watch {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #onAbort = (): void => this.#controller.abort(this.#caller.reason);
  readonly #total: NodeJS.Timeout;
  #wait: NodeJS.Timeout | undefined;

  constructor(caller: AbortSignal, totalMs: number) {
    this.#caller = caller;
    if (caller.aborted) this.#onAbort();
    else caller.addEventListener('abort', this.#onAbort, { once: true });
    this.#total = this.#timer(totalMs, 'in all');
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The provider has `ms` from now on, until the next call of this or of `rest`. */
  expectWithin(ms: number): void {
    clearTimeout(this.#wait);
    this.#wait = this.#timer(ms, 'without a token');
  }

  /** It is not the provider's turn: our own reader is busy. */
  rest(): void {
    clearTimeout(this.#wait);
  }

  /** Ends the upstream request if it still runs, and every timer. */
  close(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#wait);
    this.#caller.removeEventListener('abort', this.#onAbort);
    this.#controller.abort();
  }

  #timer(ms: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      const cause = new Error(`The model took over ${ms} ms ${what}.`);
      this.#controller.abort(new ModelUnavailable({ cause }));
    }, ms);
  }
}
