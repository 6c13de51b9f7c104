export { type Keys, keysFrom, openKeys, readOrMakeSecret, readOrMakeText } from './keys.ts';
export {
  destroyPersonKeys,
  findPersonKey,
  type Person,
  type PersonKey,
  personKey,
  personKeySince,
  wasErasedSince,
} from './person-keys.ts';
export { CannotUnseal, seal, unseal } from './seal.ts';
export { type TenantSecrets, tenantSecrets } from './tenant-secrets.ts';
