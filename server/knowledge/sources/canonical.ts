/** Parameters that say where a visitor came from and change nothing about the page. */
const tracking =
  /^(?:utm_\w+|gclid|gbraid|wbraid|fbclid|yclid|msclkid|dclid|mc_[ce]id|_ga|_gl|igshid|ysclid|srsltid)$/i;
/** Files that are no pages and hold no text we read. */
const noPage =
  /\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|m?js|map|woff2?|ttf|eot|mp[34]|webm|mov|avi|wav|ogg|exe|dmg|apk|iso|zip|rar|7z|gz|tgz|tar|rss|atom|xml)$/i;

/** One spelling per page: no fragment, no tracking, parameters in order, no default port. Null for no web address. */
export function canonicalAddress(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  url.hash = '';
  const kept = [...url.searchParams].filter(([name]) => !tracking.test(name));
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  url.search = new URLSearchParams(kept).toString();
  url.hostname = url.hostname.replace(/\.$/, '');
  url.pathname = url.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/index\.(?:html?|php)$/i, '/');
  return url.href.length <= 2000 ? url.href : null;
}

/** Whether an address belongs to the site that starts at another one; `www.` is the same site. */
export function isWithin(address: string, start: string, exclude: string[] = []): boolean {
  const [url, home] = [new URL(address), new URL(start)];
  if (siteOf(url) !== siteOf(home)) return false;
  if (noPage.test(url.pathname)) return false;
  return !exclude.some(path => url.pathname.startsWith(path));
}

function siteOf(url: URL): string {
  return url.host.replace(/^www\./, '');
}
