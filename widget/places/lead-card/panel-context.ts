import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Client } from '../../api/client.ts';
import type { Citation } from '../../api/types.ts';
import type { Texts } from '../../ui/text.ts';
import type { Times } from '../../ui/times.ts';
import type { PanelState } from './panel-state.ts';
import type { PanelStore } from './panel-store.ts';

export type Panel = {
  store: PanelStore;
  client: Client;
  texts: Texts;
  times: Times;
  /** Opens the source in the reader. */
  read(citation: Citation): void;
  openSettings: (() => void) | null;
};

export const PanelContext = createContext<Panel | null>(null);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('A view of the lead card was drawn outside its panel');
  return panel;
}

export function usePanelState(store: PanelStore): PanelState {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}
