interface LockFile {
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>;
}

/**
 * What keeps a lock file from working with every registry, or from being checked: an address to download from, a
 * package without digest.
 */
export function lockFaults({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([path, { resolved, integrity, link }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return [];
    if (link) return [];
    const faults: string[] = [];
    if (resolved) faults.push(`${path} names the address ${resolved}`);
    if (!integrity) faults.push(`${path} has no digest`);
    return faults;
  });
}
