import ipaddr from 'ipaddr.js';

/**
 * True only for addresses of the public internet. Mapped, compatible, 6to4 and NAT64 forms count as the
 * IPv4 address inside them, so that no spelling of a private address looks public.
 */
export function isPublicAddress(address: string): boolean {
  let parsed: ipaddr.IPv4 | ipaddr.IPv6;
  try {
    parsed = ipaddr.parse(address);
  } catch {
    return false;
  }
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  const embedded = embeddedIpv4(parsed);
  if (embedded !== null) return embedded.range() === 'unicast';
  return parsed.range() === 'unicast';
}

function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const bytes = address.toByteArray();
  const from = (offset: number) => new ipaddr.IPv4(bytes.slice(offset, offset + 4));
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const range = address.range();
  if (range === 'rfc6052' || range === 'rfc6145') return from(12);
  if (range === '6to4') return from(2);
  // ::/96, the deprecated "IPv4-compatible" form; :: and ::1 have ranges of their own.
  if (bytes.slice(0, 12).every(byte => byte === 0)) return from(12);
  return null;
}
