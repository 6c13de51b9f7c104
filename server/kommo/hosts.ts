import type { Config } from '../config.ts';

export interface KommoHosts {
  /** The origin of an account from the `referer` Kommo sends (a host without scheme); null if it is not one of Kommo's. */
  originOf(referer: string): string | null;
  /** Could a page of this origin be an account's? */
  isAccountOrigin(origin: string): boolean;
}

/**
 * Accounts live under the configured domains over https, or at one of the origins configured for
 * this machine (a sandbox). Nothing else is ever called with a token.
 */
export function kommoHosts({
  domains,
  localOrigins,
}: Pick<Config['kommo'], 'domains' | 'localOrigins'>): KommoHosts {
  const local = new Map(localOrigins.map(origin => [new URL(origin).host, new URL(origin).origin]));
  const isKommo = (host: string) =>
    domains.some(
      domain => host.endsWith(`.${domain}`) && /^[a-z0-9-]+$/.test(host.slice(0, -domain.length - 1)),
    );
  return {
    originOf(referer) {
      const host = referer.toLowerCase();
      return local.get(host) ?? (isKommo(host) ? `https://${host}` : null);
    },
    isAccountOrigin(origin) {
      let url: URL;
      try {
        url = new URL(origin);
      } catch {
        return false;
      }
      if (url.origin !== origin) return false;
      return (
        local.get(url.host) === origin || (url.protocol === 'https:' && url.port === '' && isKommo(url.host))
      );
    },
  };
}
