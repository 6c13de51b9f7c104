import { readFileSync } from 'node:fs';

const textOf = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

/** A body as the platform's documentation or a capture shows it. */
export function fixture<T = Record<string, unknown>>(name: string): T {
  return JSON.parse(textOf(name)) as T;
}

export const fixtureText = textOf;
