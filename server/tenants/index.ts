export { eraseSweep } from './erase-sweep.ts';
export { freeLeases, withLease } from './leases.ts';
export {
  readTenant,
  type Tenant,
  type TenantDirectory,
  type TenantRoute,
  type TenantState,
  tenantDirectory,
} from './tenants.ts';
