import type { ComponentChild } from 'preact';
import type { ActionName } from '../../../api/proposal-types.ts';
import { customField } from './custom-field.tsx';
import type { Form } from './form.ts';
import { ChoiceField, NumberField, type Option, TextField, TimeField } from './form-fields.tsx';
import { TagsField } from './TagsField.tsx';

const TEXT_LENGTH_MAX = 20_000;
const LINE_LENGTH_MAX = 1_000;
/** Kommo's own stage for what was lost, the same in every pipeline. */
const LOST_STATUS_ID = 143;

const CHOOSING: readonly ActionName[] = ['task-create', 'stage', 'field', 'tags', 'responsible'];
export const needsChoices = (action: ActionName): boolean => CHOOSING.includes(action);

const named = (items: { id: number; name: string }[] = []): Option[] =>
  items.map(({ id, name }) => ({ id: String(id), name }));

/** The id that an option stands for; `undefined`, which is not sent, for none. */
const idOf = (option: string): number | undefined => (option ? Number(option) : undefined);

/** The fields of one action. */
export function fieldsOf(form: Form): ComponentChild {
  const { action, values, put, choices, texts, timezone } = form;
  const { t } = texts;
  const text = (name: string, label: string, more: Partial<Parameters<typeof TextField>[0]> = {}) => (
    <TextField
      label={label}
      value={values[name]}
      put={value => put({ [name]: value })}
      max={TEXT_LENGTH_MAX}
      required
      {...more}
    />
  );
  const due = (
    <TimeField
      label={t('change.due_at')}
      value={values['dueAt']}
      put={dueAt => put({ dueAt })}
      timezone={timezone}
      required
    />
  );
  const responsible = (name: string, required: boolean) => (
    <ChoiceField
      label={t('change.responsible')}
      value={values[name]}
      put={id => put({ [name]: idOf(id) })}
      groups={[{ name: '', options: named(choices?.users) }]}
      none={required ? t('proposal.choose') : t('proposal.responsible_of_lead')}
      required={required}
    />
  );
  switch (action) {
    case 'note':
      return text('text', t('change.text'), { rows: 4 });
    case 'message':
      return text('text', t('change.text'), { rows: 4 });
    case 'email':
      return [
        text('to', t('change.to'), { type: 'email', max: LINE_LENGTH_MAX }),
        text('subject', t('change.subject'), { max: LINE_LENGTH_MAX }),
        text('text', t('change.text'), { rows: 5 }),
      ];
    case 'task-create':
      return [
        text('text', t('change.text'), { rows: 2 }),
        due,
        <ChoiceField
          label={t('change.task_type')}
          value={values['taskTypeId']}
          put={id => put({ taskTypeId: idOf(id) })}
          groups={[{ name: '', options: named(choices?.taskTypes) }]}
          none={t('proposal.usual')}
        />,
        responsible('responsibleUserId', false),
      ];
    case 'task-complete':
      return text('result', t('change.result'), { rows: 2, required: false });
    case 'task-reschedule':
      return due;
    case 'stage':
      return [<StageField form={form} />, <LossReasonField form={form} />];
    case 'price':
      return (
        <NumberField
          label={t('change.price')}
          value={values['price']}
          put={price => put({ price })}
          whole
          required
        />
      );
    case 'tags':
      return <TagsField form={form} />;
    case 'responsible':
      return responsible('userId', true);
    case 'link-contact':
      return (
        <label class="check">
          <input
            type="checkbox"
            checked={values['isMain'] === true}
            onChange={event => put({ isMain: event.currentTarget.checked })}
          />
          {t('change.is_main')}
        </label>
      );
    case 'field':
      return customField(form);
    case 'call-tool':
      return argumentFields(form);
    default:
      return action satisfies never;
  }
}

/** The texts a tool is given; what else there is was chosen for it. */
function argumentFields({ values, put }: Form) {
  const given = { ...(values['arguments'] as object) } as Record<string, unknown>;
  return Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [
          <TextField
            key={name}
            label={name}
            value={value}
            put={changed => put({ arguments: { ...given, [name]: changed } })}
            max={TEXT_LENGTH_MAX}
          />,
        ]
      : [],
  );
}

function StageField({ form: { values, put, choices, texts } }: { form: Form }) {
  const { t } = texts;
  const pipelines = new Map<string, Option[]>();
  for (const { pipelineId, statusId, pipeline, status } of choices?.stages ?? []) {
    const option = { id: `${pipelineId} ${statusId}`, name: status };
    pipelines.set(pipeline, [...(pipelines.get(pipeline) ?? []), option]);
  }
  const { pipelineId, statusId } = values;
  return (
    <ChoiceField
      label={t('change.stage')}
      value={statusId === undefined ? '' : `${pipelineId} ${statusId}`}
      put={id => {
        const [pipeline, status] = id.split(' ').map(Number);
        put({ pipelineId: pipeline, statusId: status, lossReasonId: undefined });
      }}
      groups={[...pipelines].map(([name, options]) => ({ name, options }))}
      none={t('proposal.choose')}
      required
    />
  );
}

function LossReasonField({ form: { values, put, choices, texts } }: { form: Form }) {
  if (values['statusId'] !== LOST_STATUS_ID || !choices?.lossReasons.length) return null;
  return (
    <ChoiceField
      label={texts.t('change.loss_reason')}
      value={values['lossReasonId']}
      put={id => put({ lossReasonId: idOf(id) })}
      groups={[{ name: '', options: named(choices.lossReasons) }]}
      none={texts.t('change.empty')}
    />
  );
}
