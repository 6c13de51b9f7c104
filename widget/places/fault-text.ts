import type { Texts } from '../ui/text.ts';

type Fault = { code: string; status?: number; retryAfterSeconds?: number | null };

/** The sentence for a code of the API; for a code we do not know, the one for its class of status. */
export function faultText({ t, plural }: Texts, fault: Fault): string {
  switch (fault.code) {
    case 'not-installed':
    case 'not-configured':
      return t('fault.not_installed');
    case 'reconnect-needed':
      return t('fault.reconnect');
    case 'lead-not-found':
      return t('fault.lead_not_found');
    case 'network':
      return t('fault.network');
    case 'stream-dropped':
      return t('fault.dropped');
    case 'model-unavailable':
      return t('fault.model_unavailable');
    case 'model-rate-limited':
      return t('fault.model_busy');
    case 'model-answer-unreadable':
      return t('fault.model_unreadable');
    case 'model-stream-cut':
      return t('fault.model_cut');
    case 'cap-reached':
      return t('fault.cap_reached');
    case 'run-cancelled':
      return t('message.stopped_empty');
    case 'run-interrupted':
      return t('message.interrupted');
    case 'kommo-unavailable':
      return t('fault.crm_unavailable');
    default:
      return textOfStatus({ t, plural }, fault);
  }
}

function textOfStatus({ t, plural }: Pick<Texts, 't' | 'plural'>, { status, retryAfterSeconds }: Fault): string {
  if (status === 401) return t('fault.signed_out');
  if (status === 403) return t('fault.forbidden');
  if (status === 404) return t('fault.lead_not_found');
  if (status === 429) return plural('fault.too_many', retryAfterSeconds ?? 30);
  if (status === 400 || status === 413 || status === 422) return t('fault.invalid');
  return t('fault.unexpected');
}

const SETTINGS_CODES: ReadonlySet<string> = new Set(['not-installed', 'not-configured', 'reconnect-needed']);

/** Whether the integration's settings are the place to mend this. */
export const mendedInSettings = (code: string): boolean => SETTINGS_CODES.has(code);
