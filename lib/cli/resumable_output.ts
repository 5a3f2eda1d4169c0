const END = 0x0a;
const CHUNK = 2 ** 16;

/** A file of lines that a broken run can go on with. */
export interface ResumableOutput extends AsyncDisposable {
  /** How many whole lines it had. */
  readonly done: number;
  /** Adds text at the end. */
  readonly write: (text: string) => Promise<void>;
}

/** Opens a file of lines to go on after its last whole line; what stands after that is cut off. */
export async function resumableOutput(path: string): Promise<ResumableOutput> {
  const file = await Deno.open(path, { read: true, write: true, create: true });
  const buffer = new Uint8Array(CHUNK);
  let [done, whole, at] = [0, 0, 0];
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    for (let i = buffer.indexOf(END); i >= 0 && i < count; i = buffer.indexOf(END, i + 1)) {
      done++;
      whole = at + i + 1;
    }
    at += count;
  }
  await file.truncate(whole);
  await file.seek(whole, Deno.SeekMode.Start);
  const encoder = new TextEncoder();
  return {
    done,
    write: async (text) => {
      const bytes = encoder.encode(text);
      for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
    },
    [Symbol.asyncDispose]: () => {
      file.close();
      return Promise.resolve();
    },
  };
}
