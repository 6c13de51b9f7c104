export { type AppOptions, createApp } from './app.ts';
export {
  actorOf,
  authorise,
  type Caller,
  Forbidden,
  type Permission,
  tenantOf,
  Unauthenticated,
} from './caller.ts';
export { type EventStream, lastEventId, openEventStream } from './event-stream.ts';
export { type Listening, listen, PortRefused, PortTaken } from './listen.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export type { Authenticate } from './mount.ts';
export { openApi } from './openapi.ts';
export { Problem, UnreadableBody } from './problem.ts';
export { type Answer, type Context, type Method, type Route, route } from './route.ts';
export { type SystemChecks, systemRoutes } from './system-routes.ts';
