interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

interface LockFile {
  packages: Record<string, LockedPackage>;
}

/**
 * What keeps a lock file from working with every registry and on every system, or from being checked: an address to
 * download from, a package without digest, an optional package that is not listed (npm ci then refuses it all).
 *
 * Packages for other systems may lack a digest: the lock file was made where they could not be had.
 */
export function lockFaults({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([path, locked]) => {
    const faults = Object.keys(locked.optionalDependencies ?? {})
      .filter(name => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map(name => `${path} may bring ${name}, which is not listed`);
    if (locked.link || !/(^|\/)node_modules\//.test(path)) return faults;
    if (locked.resolved) faults.push(`${path} names the address ${locked.resolved}`);
    if (!locked.integrity && !(locked.optional && locked.os)) faults.push(`${path} has no digest`);
    return faults;
  });
}
