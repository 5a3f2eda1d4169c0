/** The error of a failed assertion. */
export class AssertionError extends Error {
  /** Makes the error from its message and, where there is one, its cause. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Throws, with the caller's own message after what failed. */
export function raise(failure: string, message?: string): never {
  throw new AssertionError(message ? `${failure}: ${message}` : `${failure}.`);
}
