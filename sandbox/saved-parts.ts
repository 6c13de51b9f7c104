import type { AccountState, State } from './state.ts';

/** Small, and lost tokens or people would hurt; all else of an account is its records. */
const coreKeys = [
  'account',
  'users',
  'installs',
  'codes',
  'pairs',
  'sessions',
  'webhooks',
  'roles',
  'port',
] as const satisfies (keyof AccountState)[];

type CoreAccount = Pick<AccountState, (typeof coreKeys)[number]>;
export type Core = Omit<State, 'accounts'> & { accounts: CoreAccount[] };

export function coreOf(state: State): Core {
  return {
    ...state,
    accounts: state.accounts.map(
      account => Object.fromEntries(coreKeys.map(key => [key, account[key]])) as unknown as CoreAccount,
    ),
  };
}

export function recordsOf(account: AccountState): Partial<AccountState> {
  const core: readonly string[] = coreKeys;
  return Object.fromEntries(Object.entries(account).filter(([key]) => !core.includes(key)));
}
