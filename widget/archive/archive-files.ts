export type Platform = 'kommo' | 'amocrm';
export type Files = ReadonlyMap<string, Uint8Array>;
export type Json = Record<string, unknown>;

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];

/** Parses strictly; a fault becomes a complaint. */
export function readJson(files: Files, path: string, complaints: string[]): Json | null {
  try {
    const parsed: unknown = JSON.parse(
      Buffer.from(files.get(path) ?? [])
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
    if (typeof parsed === 'object' && parsed && !Array.isArray(parsed)) return parsed as Json;
    complaints.push(`${path} is not a JSON object`);
  } catch {
    complaints.push(`${path} is not valid JSON`);
  }
  return null;
}
