import type { TextKey, Texts } from '../ui/text.ts';

type Fault = { code: string; status?: number; retryAfterSeconds?: number | null };

const BY_CODE: Record<string, TextKey> = {
  'not-installed': 'fault.not_installed',
  'reconnect-needed': 'fault.reconnect',
  'lead-not-found': 'fault.lead_not_found',
  network: 'fault.network',
  'stream-dropped': 'fault.dropped',
  'model-unavailable': 'fault.model_unavailable',
  'model-rate-limited': 'fault.model_busy',
  'model-answer-unreadable': 'fault.model_unreadable',
  'model-stream-cut': 'fault.model_cut',
  'cap-reached': 'fault.cap_reached',
  'run-cancelled': 'message.stopped_empty',
  'run-interrupted': 'message.interrupted',
  'desk-failed': 'fault.desk',
  'kommo-unavailable': 'fault.crm_unavailable',
};

const BY_STATUS: Record<number, TextKey> = {
  400: 'fault.invalid',
  401: 'fault.signed_out',
  403: 'fault.forbidden',
  404: 'fault.not_found',
  413: 'fault.invalid',
  422: 'fault.invalid',
};

const SOON_SECONDS = 30;

/** The sentence for a code of the API; for a code we do not know, the one for its status. */
export function faultText({ t, plural }: Texts, { code, status = 0, retryAfterSeconds }: Fault): string {
  const key = BY_CODE[code];
  if (key) return t(key);
  if (status === 429) return plural('fault.too_many', retryAfterSeconds ?? SOON_SECONDS);
  return t(BY_STATUS[status] ?? 'fault.unexpected');
}

/** Whether the integration's settings are the place to mend this. */
export const mendedInSettings = (code: string): boolean =>
  code === 'not-installed' || code === 'reconnect-needed';
