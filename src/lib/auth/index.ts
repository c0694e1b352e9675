export { Role } from '../issuers';
export { type Authenticator, type AuthenticatorOptions, createAuthenticator } from './authenticator';
export { IssuerUnavailable, type KeySetOptions } from './keySet';
export { type Principal, requireRole } from './principal';
export { type Refusal, refusals, Unauthenticated } from './unauthenticated';
export { deriveWebhookSecret, isSigned, signWebhook, verifyWebhookSignature } from './webhookSecret';
