export type * from './app.js';
export type * from './callbacks.js';
export type * from './host.js';
export type * from './manifest.js';
export type * from './settings.js';
