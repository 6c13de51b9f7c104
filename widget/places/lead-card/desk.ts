import type { ComponentChild } from 'preact';
import type { ActionName, Arguments, ProposalPage, ProposalView } from '../../api/proposal-types.ts';

/** What is put on the desk. */
export type ForDesk = {
  /** What is already known of the lead's proposals; without it the desk asks. */
  page?: ProposalPage;
  proposal?: ProposalView;
  /** An action that the rep begins by hand; without a name they choose one. */
  begin?: { action?: ActionName; arguments?: Arguments };
};

/**
 * Where proposals are shown and decided. It has a file of its own, `proposals.js`, so that a lead card without
 * proposals loads one small script. The panel knows no more of it than this; a changed desk is a new object.
 */
export type Desk = {
  take(given: ForDesk): void;
  /** The proposals that came with a message; with `null`, those that belong to none that is shown. */
  Cards(props: { of: string | null }): ComponentChild;
  /** What waits, and the form of a new action. It stands above the composer. */
  Tray(): ComponentChild;
};
