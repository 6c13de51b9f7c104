import { isAbort, toFault } from '../../api/api-fault.ts';
import { faultText } from '../fault-text.ts';
import { FaultNote, Note } from './Notices.tsx';
import { usePanel } from './panel-context.ts';
import { shownMessages } from './panel-state.ts';

/** Preact, as the build puts it at the head of script.js. */
declare const __preact: unknown;

/** What proposals.js takes from script.js instead of bringing its own. The build follows these names. */
export const shared = {
  preact: __preact,
  isAbort,
  toFault,
  faultText,
  FaultNote,
  Note,
  usePanel,
  shownMessages,
};
