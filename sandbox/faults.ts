/** What strikes a call of the account's API, on its way in or out. */
export const callFaults = [
  'latency',
  'status',
  'forbidden',
  'lost-response',
  'lost-request',
  'ban',
  'expired-token',
  'revoked-grant',
  'revoke',
] as const;
/** What strikes an account hook on its way to its receiver. */
export const hookFaults = ['hook-duplicate', 'hook-reorder', 'hook-drop', 'hook-merge'] as const;
export type CallFault = (typeof callFaults)[number];
export type HookFault = (typeof hookFaults)[number];

export interface Fault {
  match: { method?: string | undefined; path?: string | undefined };
  kind: CallFault | HookFault;
  ms?: number | undefined;
  status?: number | undefined;
  /** How often it strikes; without it, until the faults are cleared. */
  times?: number | undefined;
  /** How likely it strikes where it fits; always, when not said. */
  probability?: number | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): Fault[];
  /** The fault that strikes this call. A path matches by its beginning. */
  take(method: string, path: string): Fault | undefined;
  takeHook(kind: HookFault): boolean;
}

export function openFaults(chance: () => number = Math.random): Faults {
  let faults: Fault[] = [];
  const strike = (fits: (fault: Fault) => boolean) => {
    const fault = faults.find(
      one => fits(one) && (one.probability === undefined || chance() < one.probability),
    );
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) faults = faults.filter(other => other !== fault);
    }
    return fault;
  };
  const ofCalls: readonly string[] = callFaults;
  return {
    add: fault => {
      faults.push({ ...fault });
    },
    clear: () => {
      faults = [];
    },
    list: () => faults.map(fault => ({ ...fault })),
    take: (method, path) =>
      strike(
        ({ kind, match }) =>
          ofCalls.includes(kind) &&
          (match.method === undefined || match.method.toUpperCase() === method) &&
          (match.path === undefined || path.startsWith(match.path)),
      ),
    takeHook: kind => strike(fault => fault.kind === kind) !== undefined,
  };
}
