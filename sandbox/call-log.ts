export interface Call {
  seq: number;
  method: string;
  path: string;
  query: string;
  status: number;
  userId: number | null;
  at: number;
}

const callsKept = 5000;

/** What was asked of the account over REST and OAuth: no bodies, no credentials. */
export interface CallLog {
  add(call: Omit<Call, 'seq'>): void;
  since(seq: number): Call[];
}

export function openCallLog(): CallLog {
  const calls: Call[] = [];
  let seq = 0;
  return {
    add(call) {
      seq += 1;
      calls.push({ seq, ...call });
      if (calls.length > callsKept) calls.splice(0, calls.length - callsKept);
    },
    since: from => calls.filter(call => call.seq > from),
  };
}
