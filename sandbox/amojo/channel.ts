/** A messenger's connector, registered with the platform: it carries messages between its clients and the account. */
export interface Channel {
  id: string;
  code: string;
  name: string;
  secret: string;
  /** Where the platform sends what managers and bots write; `:scope_id` is filled in. */
  webhookUrl: string;
  bot: { id: string; client_id: string; name: string };
  /** The integration it belongs to: its sources are the channel's lines. */
  clientId: string | null;
  /** Kommo: support switches typing hooks on. */
  typing: boolean;
}

/** A channel connected to this account. */
export interface Connection {
  channelId: string;
  scopeId: string;
  title: string;
  hookApiVersion: string;
  isTimeWindowDisabled: boolean;
}

export interface ChatUser {
  id: string;
  clientId: string;
  name: string;
  avatar: string;
  phone: string;
  email: string;
  profileLink: string;
}

/** One client's conversation in a channel; a talk is one stretch of it. */
export interface Chat {
  id: string;
  scopeId: string;
  conversationId: string;
  user: ChatUser;
  contactId: number | null;
  sourceExternalId: string | null;
}
