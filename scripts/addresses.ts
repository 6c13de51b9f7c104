export interface Addresses {
  /** Where processes on this machine reach the server. */
  apiUrl: string;
  /** Where browsers and Kommo reach it, and what the widget is built for. */
  publicUrl: string;
}

/** The server's addresses under these settings; an address that is none is handed on, for the server to complain of. */
export function addressesOf({ HOST, PORT, PUBLIC_URL }: NodeJS.ProcessEnv): Addresses {
  const host = !HOST || HOST === '0.0.0.0' ? '127.0.0.1' : HOST;
  const apiUrl = `http://${host}:${PORT || 3000}`;
  return { apiUrl, publicUrl: PUBLIC_URL ? originOf(PUBLIC_URL) : apiUrl };
}

/** As a browser writes it: without a slash at the end, a port that goes without saying, or capitals. */
function originOf(text: string): string {
  try {
    const url = new URL(text);
    return url.href === `${url.origin}/` ? url.origin : text;
  } catch {
    return text;
  }
}
