import { z } from 'zod';
import { invalid } from '../errors.ts';

const Profile = z.looseObject({ phone: z.string().optional(), email: z.string().optional() });
export const Person = z.looseObject({
  id: z.string().min(1),
  name: z.string().optional(),
  avatar: z.string().optional(),
  profile: Profile.optional(),
  profile_link: z.string().optional(),
  ref_id: z.string().optional(),
});
export type Person = z.infer<typeof Person>;

const Source = z.looseObject({ external_id: z.string() });

const withFile = ['file', 'video', 'picture'];
export const messageTypes = [
  'text',
  'contact',
  ...withFile,
  'voice',
  'audio',
  'sticker',
  'location',
] as const;

const Content = z
  .looseObject({
    type: z.enum(messageTypes as unknown as [string, ...string[]]),
    text: z.string().default(''),
    media: z.string().default(''),
    file_name: z.string().optional(),
    file_size: z.number().optional(),
  })
  .superRefine((message, context) => {
    const need = (path: string, missing: boolean) => {
      if (missing) context.addIssue({ code: 'custom', path: [path], message: 'This field is missing.' });
    };
    need('text', message.type === 'text' && message.text === '');
    if (!withFile.includes(message.type)) return;
    need('media', message.media === '');
    need('file_name', message.file_name === undefined);
    need('file_size', message.file_size === undefined);
  });

export const NewMessage = z.looseObject({
  timestamp: z.int(),
  msec_timestamp: z.int(),
  msgid: z.string().min(1),
  conversation_id: z.string().min(1),
  conversation_ref_id: z.string().optional(),
  silent: z.boolean().default(false),
  source: Source.optional(),
  sender: Person,
  receiver: Person.optional(),
  message: Content,
});
export type NewMessage = z.infer<typeof NewMessage>;

export const EditMessage = z.looseObject({
  msgid: z.string().optional(),
  id: z.string().optional(),
  conversation_id: z.string().min(1),
  message: z.looseObject({ type: z.string(), text: z.string().default('') }),
});

export const NewChat = z.looseObject({
  conversation_id: z.string().min(1),
  source: Source.optional(),
  user: Person,
});

export const Connect = z.looseObject({
  account_id: z.string(),
  title: z.string().default(''),
  hook_api_version: z.literal('v2'),
  is_time_window_disabled: z.boolean().default(false),
});

export const DeliveryStatus = z.looseObject({
  status_code: z.literal([1, 2, -1]).optional(),
  delivery_status: z.literal([1, 2, -1]).optional(),
  error_code: z.int().min(901).max(905).optional(),
  error: z.string().optional(),
});

export const Typing = z.looseObject({
  conversation_id: z.string().min(1),
  sender: z.looseObject({ id: z.string() }),
});

export const Reaction = z.looseObject({
  conversation_id: z.string().optional(),
  conversation_ref_id: z.string().optional(),
  id: z.string().optional(),
  msgid: z.string().optional(),
  user: z.looseObject({ id: z.string() }),
  type: z.enum(['react', 'unreact']),
  emoji: z.string().default(''),
});

/** @throws Problem 400 naming every field that is not as documented */
export function readPayload<T>(schema: z.ZodType<T>, body: unknown, prefix = ''): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(issue => ({
    code:
      issue.code === 'invalid_type' || issue.message === 'This field is missing.'
        ? 'FieldMissing'
        : 'InvalidValue',
    path: [prefix, ...issue.path].filter(part => part !== '').join('.'),
    detail: issue.message,
  }));
  throw invalid([{ errors }]);
}
