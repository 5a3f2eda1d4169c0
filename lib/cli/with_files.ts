import { UsageError } from "./usage_error.ts";

/** Does work on files that a call names; if they cannot be used, says which option named them. */
export async function withFiles<T>(
  what: string,
  requirement: "readable" | "writable",
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Whoever reads the output has gone: no file is to blame.
    if (error instanceof Deno.errors.BrokenPipe || !isFileError(error)) throw error;
    throw new UsageError(`${what} must be ${requirement}, got ${(error as Error).message}`, { cause: error });
  }
}

/** Whether the operating system refused something. */
function isFileError(error: unknown): boolean {
  return error instanceof Error &&
    (Object.values(Deno.errors).some((type) => error instanceof type) || "code" in error);
}
