export type { Chain, ChainLink, WantedModel } from './chain.ts';
export { type Models, type ModelsParts, openModels } from './open-models.ts';
