/** What a tenant decides for itself, checked. Pure: no I/O, no clock. */
export {
  channelSecretSetting,
  defaultTenantSettings,
  type LegalHold,
  riskPolicyOf,
  TenantSettings,
} from './tenantSettings';
