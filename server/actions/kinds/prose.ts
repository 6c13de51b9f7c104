import { z } from 'zod';
import { storable } from '../../kernel/index.ts';

/** Text as Kommo and our database take it; never empty. */
export const Prose = (lengthMax: number) =>
  z.string().max(lengthMax).transform(storable).pipe(z.string().min(1).max(lengthMax));

/** Ids of Kommo: whole numbers above zero. */
export const KommoId = z.int().positive().max(Number.MAX_SAFE_INTEGER);

/** A moment with its offset; Kommo counts whole seconds. */
export const Moment = z.iso
  .datetime({ offset: true })
  .pipe(
    z.string().refine(text => {
      const ms = Date.parse(text);
      return ms > 0 && ms < 4_102_444_800_000;
    }, 'must be a moment between 1970 and 2100'),
  )
  .transform(text => new Date(Math.floor(Date.parse(text) / 1000) * 1000).toISOString());

export const secondsOf = (iso: string): number => Math.floor(Date.parse(iso) / 1000);
export const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();
