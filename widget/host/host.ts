import type { Langs } from '@kommo/widget-sdk-types';

/** The page around us, in our words. `kommo-host.ts` is the real one, `preview-host.ts` stands in for it. */
export type Host = {
  readonly langs: Langs;
  /** The rep's language as a BCP 47 tag. */
  readonly locale: string;
  /** `null` outside a card, 0 for a lead that is not saved yet. */
  leadId(): number | null;
  installed(): boolean;
  /** Posts JSON with the page's one-time token; resolves with whatever came back. */
  postWithOneTimeToken(url: string, body: unknown): Promise<{ status: number; body: string }>;
  isDark(): boolean;
  /** Calls back on each change of the page's colours; returns an unsubscribe function. */
  onColorsChange(changed: () => void): () => void;
  /** Draws the block in the right-hand panel and returns the element to mount in. */
  drawPanelBlock(): HTMLElement | null;
  /** The value of another module of the archive, loaded by the page's own loader. */
  loadModule(file: string): Promise<unknown>;
  /** Absent where the page cannot open the widget's settings. */
  openSettings: (() => void) | null;
};
