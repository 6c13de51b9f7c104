import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What models cost by somebody's list: millionths of a US dollar per million tokens, by the models' names. */
export interface GivenPrices {
  /** When the list was made. */
  date: string;
  models: Record<string, { inputMicros: number; outputMicros: number }>;
}

const Dollars = z.number().min(0).max(100_000);
const PriceFile = z.strictObject({
  date: z.iso.date(),
  /** US dollars per million tokens, as providers print them. */
  models: z.record(
    z.string().min(1).max(200),
    z.strictObject({ input: Dollars, output: Dollars.default(0) }),
  ),
});

/** @throws Error with a sentence about what is wrong with the file */
export function readPriceFile(path: string): GivenPrices {
  const given = PriceFile.safeParse(parse(read(path)));
  if (!given.success) {
    const [issue] = given.error.issues;
    throw new Error(`${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
  }
  const { date, models } = given.data;
  const micros = (dollars: number) => Math.round(dollars * 1_000_000);
  return {
    date,
    models: Object.fromEntries(
      Object.entries(models).map(([name, { input, output }]) => [
        name,
        { inputMicros: micros(input), outputMicros: micros(output) },
      ]),
    ),
  };

  function parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${path}: is no JSON`);
    }
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable';
    throw new Error(`${path}: cannot be read (${code})`);
  }
}
