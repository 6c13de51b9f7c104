export const panelCss = `
.panel { position: relative; background: var(--cw-bg); overflow: hidden; }
.panel.reading { min-height: 420px; }
.panel > .note { margin: 12px; }
.main { display: flex; flex-direction: column; max-height: min(680px, calc(100vh - 120px)); min-height: 220px; }
.main > .note { margin: 10px 12px; flex: none; }
.note + .reel { border-top: 1px solid var(--cw-line); }
.reel { position: relative; flex: 1 1 auto; min-height: 0; display: flex; flex-direction: column; }
.thread { flex: 1 1 auto; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px 12px; display: flex; flex-direction: column; gap: 18px; }
.thread:focus-visible { outline-offset: -2px; border-radius: 6px; }
.thread > * { flex: none; }
.earlier { align-self: center; font-size: 13px; }
.below { position: absolute; inset-inline-end: 12px; bottom: 8px; width: 32px; height: 32px; display: grid; place-items: center; border-radius: 50%; background: var(--cw-bg); border: 1px solid var(--cw-line); box-shadow: var(--cw-shadow); color: var(--cw-accent); }
.by { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 6px; font-size: 12px; line-height: 20px; color: var(--cw-muted); margin-bottom: 4px; }
.by b { font-weight: 600; color: var(--cw-text); }
.tag { padding: 0 7px; border-radius: 10px; background: var(--cw-raised); font-size: 11px; }
.question { align-self: flex-end; max-width: 88%; display: grid; justify-items: end; }
.question .bubble { padding: 8px 12px; border-radius: 14px 14px 4px 14px; background: var(--cw-soft); white-space: pre-wrap; }
.question .note { margin-top: 6px; }
.pending .bubble { opacity: 0.75; }
.unsent .bubble { border: 1px dashed var(--cw-bad); background: none; }
.answer { align-self: stretch; min-width: 0; }
.prose { display: grid; gap: 8px; }
.prose > div { display: grid; gap: 8px; min-width: 0; }
.prose :is(h3, h4, h5, h6) { font-size: 14px; font-weight: 700; margin-top: 4px; }
.prose :is(ul, ol) { padding-inline-start: 22px; display: grid; gap: 4px; }
.prose li > :is(ul, ol) { margin-top: 4px; }
.prose blockquote { padding: 2px 0 2px 12px; border-inline-start: 3px solid var(--cw-line); color: var(--cw-muted); display: grid; gap: 6px; }
.prose code { font: 12.5px/1.5 ui-monospace, Menlo, Consolas, monospace; background: var(--cw-raised); padding: 1px 4px; border-radius: 4px; }
.prose pre { background: var(--cw-raised); border-radius: 8px; padding: 10px; overflow-x: auto; }
.prose pre code { background: none; padding: 0; }
.prose hr { width: 100%; border: 0; border-top: 1px solid var(--cw-line); margin: 2px 0; }
.prose a { color: var(--cw-accent); text-underline-offset: 2px; }
.prose .held { white-space: nowrap; }
.prose a .host { display: inline-block; margin-inline-start: 3px; color: var(--cw-muted); font-size: 12px; }
.prose .table { overflow-x: auto; }
.prose table { border-collapse: collapse; font-size: 13px; }
.prose :is(th, td) { border: 1px solid var(--cw-line); padding: 4px 8px; text-align: start; vertical-align: top; overflow-wrap: normal; }
.prose th { background: var(--cw-raised); font-weight: 600; }
.cite { display: inline-grid; place-items: center; min-width: 24px; height: 24px; margin: -4px -3px; vertical-align: 1px; }
.cite span, .badge { min-width: 17px; height: 17px; padding: 0 4px; border-radius: 9px; background: var(--cw-soft); color: var(--cw-accent); font-size: 11px; font-weight: 700; line-height: 17px; text-align: center; }
.cite:hover span, .source:hover .badge { background: var(--cw-accent); color: var(--cw-on-accent); }
.cite:focus-visible { outline-offset: -2px; border-radius: 12px; }
.step { display: flex; align-items: center; gap: 8px; font-size: 13px; color: var(--cw-muted); }
.live .prose + .step { margin-top: 8px; }
.sources { margin-top: 10px; }
.sources h4 { font-size: 12px; font-weight: 600; color: var(--cw-muted); margin-bottom: 2px; }
.sources ol { list-style: none; display: grid; gap: 2px; margin: 0 -6px; }
.source { width: 100%; display: flex; gap: 8px; padding: 5px 6px; border-radius: 8px; text-align: start; }
.source:hover { background: var(--cw-raised); }
.source .badge { flex: none; margin-top: 2px; }
.about { min-width: 0; display: grid; font-size: 13px; line-height: 1.4; }
.about .title { font-weight: 600; }
.about .quote { color: var(--cw-muted); font-size: 12px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.ending { margin-top: 8px; font-size: 13px; color: var(--cw-muted); }
.answer > .note { margin-top: 8px; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; margin: 6px 0 0 -6px; }
.tool { min-width: 30px; height: 30px; display: inline-flex; align-items: center; justify-content: center; gap: 6px; border-radius: 8px; color: var(--cw-muted); }
.tool:hover { background: var(--cw-raised); color: var(--cw-text); }
.tool[aria-pressed="true"] { color: var(--cw-accent); background: var(--cw-soft); }
.tool.wide { padding: 0 10px; font-size: 13px; color: var(--cw-accent); font-weight: 600; }
.said { font-size: 12px; color: var(--cw-muted); margin-inline-start: 6px; }
.feedback { margin-top: 6px; padding: 10px 12px; border: 1px solid var(--cw-line); border-radius: 10px; display: grid; gap: 10px; font-size: 13px; }
.feedback legend { font-weight: 600; padding: 0; margin-bottom: 4px; }
.feedback fieldset label { display: flex; align-items: center; gap: 8px; min-height: 28px; }
.feedback input { accent-color: var(--cw-accent); width: 16px; height: 16px; margin: 0; }
.comment { display: grid; gap: 4px; }
.comment textarea { resize: vertical; border: 1px solid var(--cw-line); border-radius: 8px; background: var(--cw-bg); padding: 6px 8px; width: 100%; }
.chips { list-style: none; flex: none; display: flex; flex-wrap: wrap; gap: 6px; padding: 2px 12px 10px; max-height: 180px; overflow-y: auto; }
.chips.row { flex-wrap: nowrap; overflow-x: auto; overflow-y: hidden; scrollbar-width: none; padding-top: 8px; border-top: 1px solid var(--cw-line); }
.chips.row li { flex: none; max-width: 78%; }
.chips.row .chip { max-width: 100%; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.chip { padding: 5px 12px; min-height: 32px; border: 1px solid var(--cw-line); border-radius: 16px; font-size: 13px; line-height: 1.35; text-align: start; }
.chip:hover { border-color: var(--cw-accent); background: var(--cw-soft); }
.composer { flex: none; padding: 0 12px 8px; }
.field { display: flex; align-items: flex-end; gap: 4px; padding: 3px; border: 1px solid var(--cw-line); border-radius: 12px; background: var(--cw-bg); }
.field.off { background: var(--cw-raised); }
.field:focus-within { border-color: var(--cw-accent); box-shadow: 0 0 0 1px var(--cw-accent); }
.field textarea { flex: 1; min-width: 0; max-height: 160px; padding: 6px 8px; border: 0; outline: 0; resize: none; background: none; line-height: 20px; }
.field textarea::placeholder { color: var(--cw-muted); opacity: 1; }
.send { flex: none; width: 32px; height: 32px; display: grid; place-items: center; border-radius: 9px; background: var(--cw-accent); color: var(--cw-on-accent); }
.send:disabled { background: var(--cw-raised); color: var(--cw-muted); }
.send.stop .icon { fill: currentColor; }
.hint { margin-top: 4px; padding: 0 4px; font-size: 11.5px; line-height: 16px; color: var(--cw-muted); }
.hint.over { color: var(--cw-bad); font-weight: 600; }
.empty { margin: auto; padding: 16px 12px; text-align: center; color: var(--cw-muted); max-width: 290px; }
.empty .brand { width: 36px; height: 36px; }
.empty h3 { font-size: 16px; font-weight: 600; color: var(--cw-text); margin: 6px 0 2px; }
.empty p { font-size: 13px; }
.skeleton { display: grid; gap: 12px; }
.skeleton i { height: 14px; border-radius: 7px; background: var(--cw-raised); animation: cw-pulse 1.6s ease-in-out infinite; }
.skeleton i:nth-of-type(1) { width: 55%; justify-self: end; height: 32px; border-radius: 14px; }
.skeleton i:nth-of-type(3) { width: 70%; }
.reader { position: absolute; inset: 0; display: flex; flex-direction: column; background: var(--cw-bg); animation: cw-in 0.16s ease-out; }
@keyframes cw-in { from { transform: translateX(16px); opacity: 0; } }
.reader header { display: flex; gap: 6px; align-items: flex-start; padding: 8px 12px 8px 6px; border-bottom: 1px solid var(--cw-line); }
.reader h3 { font-size: 15px; line-height: 1.35; font-weight: 600; padding-top: 5px; }
.page { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px; display: grid; gap: 10px; align-content: start; }
.page.step { display: flex; align-items: flex-start; }
.page.step .pulse { margin-top: 6px; }
.page:focus-visible { outline-offset: -3px; }
.text { white-space: pre-wrap; }
mark { background: var(--cw-mark); color: var(--cw-on-mark); border-radius: 3px; padding: 1px 0; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
`;
