export { storeTrace } from './keep-trace.ts';
export { makeTrace } from './make-trace.ts';
export { type Replayed, replay } from './replay.ts';
export { traceRoutes } from './routes.ts';
export { spanOf } from './span-of.ts';
export { traceSweep } from './sweep.ts';
export { Trace, type TraceStep } from './trace.ts';
