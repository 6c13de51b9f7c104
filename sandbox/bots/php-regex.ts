/** A pattern as bots write it, `/[0-9]+/i`; undefined when it is none. */
export function phpRegex(text: string): RegExp | undefined {
  const [, pattern, flags] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(pattern, [...(flags ?? '')].filter(flag => 'imsu'.includes(flag)).join(''));
  } catch {
    return undefined;
  }
}
