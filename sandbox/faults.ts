export interface Fault {
  match: { method?: string | undefined; path?: string | undefined };
  kind: 'latency' | 'status' | 'lost-response' | 'revoke';
  ms?: number | undefined;
  status?: number | undefined;
  /** How often it strikes; without it, until the faults are cleared. */
  times?: number | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  take(method: string, path: string): Fault | undefined;
}

export function openFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add: fault => {
      faults.push({ ...fault });
    },
    clear: () => {
      faults = [];
    },
    take(method, path) {
      const fault = faults.find(
        ({ match }) =>
          (match.method === undefined || match.method.toUpperCase() === method) &&
          (match.path === undefined || path === match.path || path.startsWith(match.path)),
      );
      if (fault?.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) faults = faults.filter(other => other !== fault);
      }
      return fault;
    },
  };
}
