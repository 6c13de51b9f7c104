import type { Place, Written } from '../action.ts';
import type { Fields } from '../json.ts';
import { leadUrl, timeOfAnswer } from '../lead-record.ts';

/** Changes the lead and answers where it is. */
export async function patchLead(place: Place, change: Fields): Promise<Written> {
  const answer = await place.kommo.write('PATCH', `/leads/${place.leadId}`, change);
  return {
    record: 'lead',
    recordId: String(place.leadId),
    url: leadUrl(place),
    updatedAt: timeOfAnswer(answer),
  };
}
