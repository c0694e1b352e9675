/**
 * A message that was not accepted. `refused`: the receiver certainly has not got it. `unsure`: it may have, because the
 * connection broke or the time was up after it was sent.
 */
export class NotDelivered extends Error {
  constructor(
    readonly kind: 'refused' | 'unsure',
    /** In words fit for everybody: no address, no secret. */
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = 'NotDelivered';
  }
}
