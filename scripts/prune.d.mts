interface LockedPackage {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  link?: boolean;
}

export function neededFolders(packages: Record<string, LockedPackage>, names: string[]): Set<string>;
