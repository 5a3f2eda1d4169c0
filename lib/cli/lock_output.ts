import { UsageError } from "./usage_error.ts";

/** Opens a file to go on with, for one run at a time; the system ends the claim with the run, however that ends. */
export async function lockOutput(path: string): Promise<Deno.FsFile> {
  const file = await Deno.open(path, { read: true, write: true, create: true });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new UsageError(`Cannot explain: --output must be written by one run at a time, got a second one`);
}
