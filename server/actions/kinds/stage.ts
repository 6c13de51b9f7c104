import { z } from 'zod';
import { InvalidInput } from '../../kernel/index.ts';
import { action } from '../action.ts';
import { stageName } from '../catalogue.ts';
import type { Json } from '../json.ts';
import { readLead, sightOfLead } from '../lead-record.ts';
import { patchLead } from './patch-lead.ts';
import { KommoId } from './prose.ts';

const Arguments = z.strictObject({
  pipelineId: KommoId,
  statusId: KommoId,
  lossReasonId: KommoId.nullable().optional(),
});
type Arguments = z.infer<typeof Arguments>;

const Journal = z.object({ lead_status: z.object({ id: z.int(), pipeline_id: z.int() }) });

/** Kommo: 143 is "lost" in every pipeline, so only the pair of pipeline and status names a stage. */
const lost = 143;

export const stage = action<Arguments>({
  name: 'stage',
  schema: Arguments,
  async resolve(_place, args, catalogue) {
    const { pipelineId, statusId, lossReasonId } = args;
    if (!catalogue.stages.some(one => one.pipelineId === pipelineId && one.statusId === statusId))
      throw new InvalidInput([{ path: 'statusId', message: 'is no stage of this pipeline' }]);
    if (lossReasonId && statusId !== lost)
      throw new InvalidInput([{ path: 'lossReasonId', message: 'goes with the stage "lost" alone' }]);
    if (lossReasonId && !catalogue.lossReasons.some(({ id }) => id === lossReasonId))
      throw new InvalidInput([{ path: 'lossReasonId', message: 'is no loss reason of this account' }]);
    return { pipelineId, statusId, lossReasonId: lossReasonId ?? null };
  },
  async see(place) {
    const lead = await readLead(place);
    return (
      lead &&
      sightOfLead(lead, {
        pipelineId: lead.pipeline_id,
        statusId: lead.status_id,
        lossReasonId: lead.loss_reason_id ?? null,
      })
    );
  },
  changes(args, { fields }, catalogue) {
    const reason = (id: Json | undefined) =>
      catalogue.lossReasons.find(one => one.id === id)?.name ?? (id ? `#${id}` : null);
    const [before, after] = [reason(fields['lossReasonId']), reason(args.lossReasonId)];
    return [
      {
        field: 'stage',
        label: null,
        kind: 'stage',
        before: stageName(catalogue, fields['pipelineId'], fields['statusId']),
        after: stageName(catalogue, args.pipelineId, args.statusId),
      },
      ...(before === after
        ? []
        : [{ field: 'lossReason', label: null, kind: 'choice' as const, before, after }]),
    ];
  },
  after: ({ pipelineId, statusId, lossReasonId }) => ({
    pipelineId,
    statusId,
    lossReasonId: lossReasonId ?? null,
  }),
  perform: {
    kind: 'set',
    write: (place, { pipelineId, statusId, lossReasonId }) =>
      patchLead(place, {
        pipeline_id: pipelineId,
        status_id: statusId,
        ...(statusId === lost ? { loss_reason_id: lossReasonId ?? null } : {}),
      }),
    journal: ({ leadId }, { pipelineId, statusId }, seen) =>
      // Another reason for the same loss is no event.
      seen['pipelineId'] === pipelineId && seen['statusId'] === statusId
        ? null
        : {
            leadId,
            types: ['lead_status_changed'],
            fields: ['pipelineId', 'statusId'],
            read(value) {
              const parsed = Journal.safeParse(value);
              if (!parsed.success) return null;
              const { id, pipeline_id } = parsed.data.lead_status;
              return { pipelineId: pipeline_id, statusId: id };
            },
            putBack: (place, fields) =>
              patchLead(place, {
                pipeline_id: fields['pipelineId'] ?? null,
                status_id: fields['statusId'] ?? null,
              }),
          },
  },
  undo: {
    way: 'write-back',
    why: null,
    plan: ({ args, seen }) => ({
      action: 'stage',
      args: {
        pipelineId: seen['pipelineId'] ?? 0,
        statusId: seen['statusId'] ?? 0,
        lossReasonId: seen['lossReasonId'] ?? null,
      },
      expected: {
        pipelineId: args.pipelineId,
        statusId: args.statusId,
        lossReasonId: args.lossReasonId ?? null,
      },
    }),
  },
});
