import type { Request } from 'express';
import { invalid } from '../errors.ts';

/** The query of a request, read the way PHP reads brackets: `a[b][]`, `a[b][0]` and `a[b]` all reach `a[b]`. */
export class Query {
  private readonly pairs: [string, string][];

  constructor(req: Request) {
    const at = req.originalUrl.indexOf('?');
    this.pairs = at < 0 ? [] : [...new URLSearchParams(req.originalUrl.slice(at + 1))];
  }

  one(key: string): string | undefined {
    return this.pairs.find(([name]) => name === key)?.[1];
  }

  /** Every value given for a filter; undefined when the filter is absent. */
  many(key: string): string[] | undefined {
    const values = this.pairs
      .filter(
        ([name]) => name === key || (name.startsWith(`${key}[`) && /^\[\d*\]$/.test(name.slice(key.length))),
      )
      .flatMap(([, value]) => value.split(','));
    return values.length > 0 ? values : undefined;
  }

  range(key: string): { from: number; to: number } | undefined {
    const [from, to] = [this.one(`${key}[from]`), this.one(`${key}[to]`)];
    if (from === undefined && to === undefined) return undefined;
    return { from: Number(from ?? -Infinity), to: Number(to ?? Infinity) };
  }

  with(): Set<string> {
    return new Set((this.many('with') ?? []).map(word => word.trim()));
  }

  /** Rows of `filter[statuses][n][pipeline_id]`, their columns in the order of `names`. */
  rows(key: string, names: string[]): (string | undefined)[][] | undefined {
    const numbers = new Set(
      this.pairs
        .filter(([name]) => name.startsWith(`${key}[`))
        .flatMap(([name]) => /^\[(\d+)\]/.exec(name.slice(key.length))?.[1] ?? []),
    );
    if (numbers.size === 0) return undefined;
    return [...numbers].map(number => names.map(name => this.one(`${key}[${number}][${name}]`)));
  }

  page(limitDefault = 50, limitMax = 250): { page: number; limit: number } {
    return { page: this.whole('page', 1, 1_000_000), limit: this.whole('limit', limitDefault, limitMax) };
  }

  /** The same query with another page, as `_links` carry it. */
  toPage(page: number): string {
    const params = new URLSearchParams(this.pairs.filter(([name]) => name !== 'page'));
    params.set('page', String(page));
    return params.toString();
  }

  private whole(key: string, otherwise: number, max: number): number {
    const text = this.one(key);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    const code = value > max ? 'TooHigh' : 'TooLow';
    throw invalid([{ errors: [{ code, path: key, detail: `This value should be between 1 and ${max}.` }] }]);
  }
}
