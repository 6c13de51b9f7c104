/** Counts what a widget could leave behind. As source, so that nothing of the loader gets into the page. */
export const COUNTERS = `
  window.left = { listeners: 0, timers: new Set(), observers: 0, keys: 0 };
  for (const target of [window, document]) {
    const { addEventListener: add, removeEventListener: remove } = target;
    target.addEventListener = (...given) => (left.listeners++, add.apply(target, given));
    target.removeEventListener = (...given) => (left.listeners--, remove.apply(target, given));
  }
  const set = window.setTimeout, clear = window.clearTimeout;
  window.setTimeout = (act, ms, ...rest) => {
    const id = set(() => { left.timers.delete(id); act(...rest); }, ms);
    left.timers.add(id);
    return id;
  };
  window.clearTimeout = id => { left.timers.delete(id); clear(id); };
  const { observe, disconnect } = MutationObserver.prototype;
  MutationObserver.prototype.observe = function (...given) { left.observers++; return observe.apply(this, given); };
  MutationObserver.prototype.disconnect = function () { left.observers--; return disconnect.apply(this); };
  document.addEventListener('keydown', () => left.keys++);
`;
export const leftovers = `({ listeners: left.listeners, timers: left.timers.size, observers: left.observers,
  nodes: document.querySelectorAll('*').length })`;

/** Texts below 4.5 : 1 against what is behind them, and controls below 24 pixels. */
export const READABILITY = `(() => {
  const root = document.querySelector('#cardwise-lead-card > div').shadowRoot;
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    if (!element) return [255, 255, 255];
    const [r, g, b, a = 1] = parse(getComputedStyle(element).backgroundColor);
    if (a === 1) return [r, g, b];
    const under = behind(element.parentElement);
    return [r, g, b].map((c, at) => c * a + under[at] * (1 - a));
  };
  const faults = [];
  for (const element of root.querySelectorAll('.panel *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (own && box.width > 2) {
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) faults.push(element.className + ' ' + element.textContent.slice(0, 20) + ' ' + ratio.toFixed(2));
    }
    if (element.matches('button, a.link') && (box.height < 24 || box.width < 24)) {
      faults.push(element.className + ' ' + element.textContent.slice(0, 20) + ' is ' + box.width + ' x ' + box.height);
    }
  }
  return faults;
})()`;
