export { type FinishedSpan, openSpans, type Spans } from './open-spans.ts';
