/** A call of the command line that is wrong as a whole, so that no input was read. */
export class UsageError extends Error {
  /** The name of the error class. */
  override readonly name = "UsageError";
}
