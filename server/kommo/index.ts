export { BotTokenInvalid, clientOfBotToken, verifyBotToken } from './bot-token.ts';
export type { RateLimits } from './budget/budget.ts';
export { openBudget } from './budget/open-budget.ts';
export { openPacing, type Pacing } from './budget/pacing.ts';
export {
  type Account,
  type CallOptions,
  type KommoClient,
  kommoClient,
  type Lane,
  type WriteMethod,
} from './client.ts';
export { readProductLists, readWonLeads } from './company-knowledge.ts';
export {
  InstallRefused,
  IntegrationMissing,
  IntegrationRefused,
  KommoAmbiguous,
  KommoBlocked,
  KommoBusy,
  type KommoFault,
  KommoForbidden,
  KommoNotFound,
  KommoRejected,
  KommoUnavailable,
  KommoUnpaid,
  ReconnectNeeded,
} from './errors.ts';
export type { Grants } from './grants.ts';
export type { InstallDeps } from './install.ts';
export { callbackOf, type Integrations } from './integrations.ts';
export { installSweep, usersSweep, workInstalls } from './jobs.ts';
export { type LeadReader, type LeadView, leadReader } from './lead-reader.ts';
export type {
  ContactRecord,
  LeadRecord,
  MessageRecord,
  NoteRecord,
  TaskRecord,
} from './lead-records.ts';
export {
  clientNamesAmong,
  leadsOfContact,
  type MirrorKind,
  type MirrorRecord,
  MirrorStage,
  type OwnWrite,
  readMirrored,
  readMirroredOf,
  readMirrorProgress,
  recordOwnChange,
} from './mirror/index.ts';
export type { Integration } from './oauth.ts';
export { openKommo } from './open-kommo.ts';
export { type KommoRoutesDeps, kommoRoutes } from './routes.ts';
export type { OwnToken, TokenMint } from './session-tokens.ts';
export type { Sessions } from './sessions.ts';
export type { UninstallDeps } from './uninstall.ts';
export { type KommoUser, maySee, type Right, readUser, rightOnLead } from './users.ts';
export { wasteSweep } from './waste.ts';
