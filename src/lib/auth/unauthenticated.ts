import { Problem } from '../errors';

/** Why a token was refused: the stable code, and what the caller is told about it. */
export const refusals = {
  'missing-token': 'The request carries no bearer token.',
  'malformed-token': 'The token is not a signed JSON Web Token.',
  'unknown-issuer': 'The token comes from an issuer that is not trusted here.',
  'wrong-algorithm': 'The token is not signed with an algorithm that its issuer uses.',
  'unknown-key': 'The token is signed with a key that its issuer does not publish.',
  'wrong-signature': 'The signature of the token does not match.',
  'wrong-audience': 'The token was made for another audience.',
  expired: 'The token has expired.',
  'not-yet-valid': 'The token is not valid yet.',
  'wrong-claim': 'A claim that the token must carry is missing or has another value.',
} as const satisfies Record<string, string>;

export type Refusal = keyof typeof refusals;

/**
 * A request without a token that can be believed. The answer carries the challenge of RFC 6750 section 3: bare where no
 * bearer token was sent, otherwise `error_description` begins with the code and a colon.
 */
export class Unauthenticated extends Problem {
  readonly reason: Refusal;

  constructor(reason: Refusal, cause?: unknown) {
    super('unauthenticated', {
      detail: refusals[reason],
      headers: {
        'www-authenticate':
          reason === 'missing-token'
            ? 'Bearer'
            : `Bearer error="invalid_token", error_description="${reason}: ${refusals[reason]}"`,
      },
      cause,
    });
    this.name = 'Unauthenticated';
    this.reason = reason;
  }
}
