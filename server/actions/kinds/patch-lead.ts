import type { Place } from '../action.ts';
import type { Fields } from '../json.ts';
import { leadUrl } from '../lead-record.ts';
import type { EffectResult } from '../views.ts';

/** Changes the lead and answers where it is. */
export async function patchLead(place: Place, change: Fields): Promise<EffectResult> {
  await place.kommo.write('PATCH', `/leads/${place.leadId}`, change);
  return { record: 'lead', recordId: String(place.leadId), url: leadUrl(place) };
}
