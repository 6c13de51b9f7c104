/** Colours and the parts every place shares. Own variables only: the page's are read, never set. */
export const baseCss = `
:host {
  --cw-bg: var(--palette-background-primary, #ffffff);
  --cw-raised: #f5f6fa;
  --cw-line: #dfe3ea;
  --cw-text: #1f2937;
  --cw-muted: #566173;
  --cw-accent: #4a3fc2;
  --cw-on-accent: #ffffff;
  --cw-soft: #eeedfb;
  --cw-teal: #0c766e;
  --cw-bad: #ac2118;
  --cw-bad-soft: #fdf1f0;
  --cw-mark: #ffe99a;
  --cw-on-mark: #2a2205;
  --cw-shadow: 0 4px 16px rgba(22, 28, 45, 0.14);
  display: block;
}
:host([data-scheme="dark"]) {
  --cw-bg: var(--palette-background-primary, #12222f);
  --cw-raised: #1d303f;
  --cw-line: #34495a;
  --cw-text: #e8edf3;
  --cw-muted: #a9b7c6;
  --cw-accent: #b1aaff;
  --cw-on-accent: #17113f;
  --cw-soft: #2a2f5a;
  --cw-teal: #58cfc2;
  --cw-bad: #ffa79f;
  --cw-bad-soft: #3d2325;
  --cw-mark: #6b5a12;
  --cw-on-mark: #fff6d4;
  --cw-shadow: 0 4px 16px rgba(0, 0, 0, 0.45);
  color-scheme: dark;
}
* { box-sizing: border-box; }
h3, h4, h5, h6, p, ul, ol, fieldset, blockquote, pre { margin: 0; padding: 0; border: 0; }
button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; background: none; border: 0; padding: 0; }
button:disabled { cursor: default; }
:focus-visible { outline: 2px solid var(--cw-accent); outline-offset: 2px; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.brand { width: 20px; height: 20px; flex: none; }
.brand .card { fill: var(--cw-accent); }
.brand .spark { fill: var(--cw-bg); }
.small { font-size: 12px; color: var(--cw-muted); }
.link { min-height: 24px; color: var(--cw-accent); text-decoration: underline; text-underline-offset: 3px; text-align: start; }
.link:hover { text-decoration-thickness: 2px; }
.link:disabled { opacity: 0.55; }
.primary { min-height: 32px; padding: 4px 14px; border-radius: 8px; background: var(--cw-accent); color: var(--cw-on-accent); font-weight: 600; }
.ways { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; }
.note { display: flex; gap: 8px; padding: 8px 10px; border-radius: 8px; background: var(--cw-raised); font-size: 13px; line-height: 1.4; }
.note > div { min-width: 0; display: grid; gap: 2px; justify-items: start; }
.note .icon { margin-top: 0; color: var(--cw-muted); }
.note.bad { background: var(--cw-bad-soft); }
.note.bad .icon { color: var(--cw-bad); }
.frame { overflow-wrap: anywhere; font-size: 14px; font-weight: 400; line-height: 1.5; letter-spacing: normal; text-align: start; text-transform: none; white-space: normal; cursor: auto; color: var(--cw-text); -webkit-font-smoothing: antialiased; }
.pulse { display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: var(--cw-teal); animation: cw-pulse 1.2s ease-in-out infinite; }
@keyframes cw-pulse { 50% { opacity: 0.25; } }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
}
`;
