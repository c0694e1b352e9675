export { CommitHash, TenantId } from './identifiers';
