import type { Conversations } from './conversations/state.ts';
import type { Extras } from './extras.ts';
import type { AccountRecords } from './records.ts';

/** An integration as its developer registered it; shared by every account of this sandbox. */
export interface Integration {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  disableUrl: string | null;
  name: string;
  widgetCode: string;
  scopes: string[];
}

export interface Install {
  clientId: string;
  widgetId: number;
  userId: number;
  installedAt: number;
  settings: Record<string, unknown>;
}

export interface AuthorizationCode {
  code: string;
  clientId: string;
  userId: number;
  expiresAt: number;
  used: boolean;
}

/** One access token and the refresh token issued with it. Pairs of one grant share `grantId`. */
export interface TokenPair {
  grantId: string;
  generation: number;
  clientId: string;
  userId: number;
  /** Kommo: a grant by an admin is full and stays so, whatever becomes of the admin. */
  grantedByAdmin: boolean;
  scopes: string[];
  accessId: string;
  accessExpiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
  used: boolean;
  /** The refresh token no longer works; the access token may, until it expires. */
  retired: boolean;
}

export interface AccountState extends AccountRecords, Extras {
  installs: Install[];
  codes: AuthorizationCode[];
  pairs: TokenPair[];
  sessions: Record<string, { userId: number; createdAt: number }>;
  /** Channels, bots and triggers; absent until the first of them is made. */
  conversations?: Conversations;
}

export interface State {
  version: 2;
  /** Signs access tokens and the page's form tokens; nobody else ever learns it. */
  signingKey: string;
  integrations: Record<string, Integration>;
  accounts: AccountState[];
}
