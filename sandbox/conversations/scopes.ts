/**
 * Kommo: "Sending to external chats" and "External chat history". Their codes are not public; these are the sandbox's.
 */
export const sendingScope = 'external_chats_send';
export const historyScope = 'external_chats_history';
export const chatScopes = [sendingScope, historyScope];
