import { type ComponentChild, render } from 'preact';
import type { Host } from '../host/host.ts';

const KEPT_INSIDE = ['keydown', 'keypress', 'keyup', 'paste'] as const;
const inside = (event: Event) => event.stopPropagation();

/** Draws a view in a shadow root of its own within `element`; returns what takes it away without a trace. */
export function mountShadow(
  element: HTMLElement,
  css: string,
  host: Pick<Host, 'isDark' | 'onColorsChange'>,
  view: ComponentChild,
) {
  const box = document.createElement('div');
  const root = box.attachShadow({ mode: 'open' });
  const style = document.createElement('style');
  style.textContent = css;
  const frame = document.createElement('div');
  frame.className = 'frame';
  root.append(style, frame);
  element.append(box);

  const paint = () => {
    box.dataset.scheme = host.isDark() ? 'dark' : 'light';
  };
  paint();
  const stopWatching = host.onColorsChange(paint);
  // Outside the root the page cannot tell that its keys went into a text field, and would take them as shortcuts.
  for (const type of KEPT_INSIDE) root.addEventListener(type, inside);

  render(view, frame);
  return () => {
    stopWatching();
    for (const type of KEPT_INSIDE) root.removeEventListener(type, inside);
    render(null, frame);
    box.remove();
  };
}
