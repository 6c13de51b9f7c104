import { z } from 'zod';
import type { Note } from '../records.ts';
import type { Site } from '../site.ts';
import { faultsOf, Refusals } from './refusals.ts';

const textMax = 65_535;
const text = z.string().min(1).max(textMax);
const word = z.string().min(1).max(255);
const call = z.object({
  uniq: word,
  duration: z.int().nonnegative(),
  source: word,
  phone: word,
  link: z.string().max(2048).nullish(),
  call_responsible: z.union([z.int(), z.string()]).nullish(),
  call_result: z.string().max(textMax).nullish(),
  call_status: z.int().min(1).max(8).nullish(),
});
const service = z.object({ service: word, text });
const sms = z.object({ text, phone: word });

/** What each type of note wants in `params`; the platform writes others itself and takes them from nobody. */
const paramsOf: Record<string, z.ZodType<Record<string, unknown>>> = {
  common: z.object({ text }),
  call_in: call,
  call_out: call,
  service_message: service,
  extended_service_message: service,
  message_cashier: z.object({ status: z.enum(['created', 'shown', 'canceled']), text }),
  geolocation: z.object({ text, address: word, longitude: z.coerce.string(), latitude: z.coerce.string() }),
  sms_in: sms,
  sms_out: sms,
  attachment: z.object({ file_uuid: z.uuid(), version_uuid: z.uuid().optional(), file_name: word }),
  ai_result: z.object({
    text,
    answer_id: z.string().optional(),
    talk_id: z.int().optional(),
    is_error: z.boolean().optional(),
  }),
};

const NoteBody = z.object({
  note_type: z.string(),
  params: z.record(z.string(), z.unknown()),
  created_by: z.int().nonnegative().optional(),
  responsible_user_id: z.int().optional(),
});

export interface NoteDraft {
  note_type: string;
  params: Record<string, unknown>;
  created_by: number | undefined;
}

/** A note's content, or what is wrong with it. */
export function readNote(site: Site, given: unknown, present?: Note): NoteDraft | Refusals['errors'] {
  const whole = isRecord(given) ? given : {};
  // A change may leave out what stays.
  const parsed = NoteBody.safeParse(
    present ? { note_type: present.note_type, params: present.params, ...whole } : whole,
  );
  if (!parsed.success) return faultsOf(parsed.error);
  const { note_type, params, created_by } = parsed.data;
  const refusals = new Refusals();
  if (created_by !== undefined && created_by !== 0 && !site.data.users.some(({ id }) => id === created_by)) {
    refusals.add('NotSupportedChoice', 'created_by');
  }
  const schema = Object.hasOwn(paramsOf, note_type) ? paramsOf[note_type] : undefined;
  if (!schema || (present && present.note_type !== note_type))
    refusals.add('NotSupportedChoice', 'note_type');
  const read = schema?.safeParse(params);
  if (read && !read.success) {
    refusals.errors.push(...faultsOf(read.error).map(one => ({ ...one, path: `params.${one.path}` })));
  }
  if (refusals.errors.length > 0) return refusals.errors;
  return { note_type, params: withFile(site, note_type, read?.data ?? {}), created_by };
}

/** Kommo adds to an attachment what the file's own name was. */
function withFile(site: Site, type: string, params: Record<string, unknown>): Record<string, unknown> {
  if (type !== 'attachment') return params;
  const file = site.data.files.find(({ uuid }) => uuid === params['file_uuid']);
  return {
    is_drive_attachment: true,
    text: params['file_name'],
    original_name: file?.name ?? params['file_name'],
    file_uuid: params['file_uuid'],
    version_uuid: params['version_uuid'] ?? file?.version_uuid ?? null,
    file_name: params['file_name'],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
