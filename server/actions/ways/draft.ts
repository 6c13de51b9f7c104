import { z } from 'zod';
import { fill, textsFor } from '../../texts/index.ts';
import { addNote, findNotes, newestNote } from '../kinds/note.ts';
import type { MessageWay } from './message-way.ts';

const Mark = z.object({ newest: z.int(), note: z.string() });

/** A person presses send: the text stands in the lead as a note, ready to be copied. */
export const draftWay: MessageWay = {
  async mark(place, { text }) {
    const note = fill(textsFor(place.locale).actions.draftNote, { text });
    return { newest: await newestNote(place), note };
  },
  write: (place, _message, mark) => addNote(place, Mark.parse(mark).note),
  find(place, _message, mark, _effectId, sentAt) {
    const { newest, note } = Mark.parse(mark);
    return findNotes(place, note, newest, sentAt);
  },
};
