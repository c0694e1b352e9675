/** What the process exits with. 0 is success. */
export const exitCodes = { foundWrong: 1, usage: 2, unreachable: 3 } as const;

/** Why a command stopped, in words for whoever typed it: one line on stderr, and what to do next. */
export class CliFailure extends Error {
  constructor(
    readonly kind: keyof typeof exitCodes,
    message: string,
    /** One sentence: the next step. */
    readonly advice?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CliFailure';
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}
