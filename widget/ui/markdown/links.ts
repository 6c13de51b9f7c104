export type SafeLink = {
  href: string;
  /** Where the link really leads, to be shown beside its text. */
  host: string;
};

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);
const LENGTH_MAX = 2_000;

/** The address to link to, or `null` for anything but an absolute web address or a mail address. */
export function safeLink(address: string): SafeLink | null {
  if (address.length > LENGTH_MAX || !/^(https?:\/\/|mailto:)[^\s<>"'`\\\p{Cc}]+$/iu.test(address))
    return null;
  try {
    const url = new URL(address);
    if (!SCHEMES.has(url.protocol)) return null;
    // A mail's subject and body are not the answer's to write.
    if (url.protocol === 'mailto:') return { href: `mailto:${url.pathname}`, host: url.pathname };
    return { href: url.href, host: url.host };
  } catch {
    return null;
  }
}
