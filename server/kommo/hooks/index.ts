export { hooksSweep, takePostsJob, workHooks } from './jobs.ts';
export { type HookPaths, hookPaths } from './paths.ts';
export { type HookReceiver, hookReceiver } from './receive.ts';
export { hookRoutes } from './routes.ts';
export { checkEveryMs, ensureSubscribed, readyToUnsubscribe, type SubscribeDeps } from './subscribe.ts';
export { gatherMs } from './take-posts.ts';
