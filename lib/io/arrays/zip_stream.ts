import type { Failure } from "../failure.ts";

/** A file in an archive. */
export interface ZipEntry {
  /** Its name. */
  readonly name: string;
  /** Its bytes once it is unpacked. */
  readonly size: number;
  /** Its content, unpacked while it is read; the checksum is checked at the end. */
  readonly readable: () => ReadableStream<Uint8Array>;
}

/** An archive that is open. */
export interface ZipFile extends AsyncDisposable {
  /** What it holds. */
  readonly entries: readonly ZipEntry[];
}

/** Opens a zip archive to read files of it piece by piece. What two programs could read differently is refused. */
export async function openZip(path: string, fail: Failure): Promise<ZipFile> {
  const { Reader, ZipReader } = await import("@zip.js/zip.js");
  const file = await Deno.open(path);
  class FileReader extends Reader<Deno.FsFile> {
    override async init(): Promise<void> {
      await super.init?.();
      this.size = (await file.stat()).size;
    }
    override readUint8Array(index: number, length: number): Promise<Uint8Array> {
      const bytes = new Uint8Array(Math.min(length, this.size - index));
      // In one go, since several entries are read in turns.
      file.seekSync(index, Deno.SeekMode.Start);
      let held = 0;
      for (let count: number | null = 1; held < bytes.length && count; held += count ?? 0) {
        count = file.readSync(bytes.subarray(held));
      }
      return Promise.resolve(bytes.subarray(0, held));
    }
  }
  const unsound = (cause: unknown): Error =>
    fail(`the file must be a sound zip archive, got: ${(cause as Error).message}`, { cause });
  const reader = new ZipReader(new FileReader(file), {
    strictness: "strict",
    checkSignature: true,
    checkOverlappingEntry: true,
    useWebWorkers: false,
  });
  let entries;
  try {
    entries = await reader.getEntries();
  } catch (cause) {
    file.close();
    throw unsound(cause);
  }
  return {
    entries: entries.map((entry) => ({
      name: entry.filename,
      size: entry.uncompressedSize,
      readable: () => {
        if (entry.directory) throw fail(`the archive must hold files only, got the folder ${entry.filename}`);
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const source = readable.getReader();
        const failed = entry.getData(writable).then(
          () => new Promise<never>(() => {}),
          (cause) => Promise.reject(unsound(cause)),
        );
        failed.catch(() => {}); // whoever reads on is told; nobody else has to
        return new ReadableStream({
          pull: async (controller) => {
            const { done, value } = await Promise.race([failed, source.read().catch(() => failed)]);
            if (done) controller.close();
            else controller.enqueue(value);
          },
          cancel: () => source.cancel(),
        }, { highWaterMark: 0 });
      },
    })),
    [Symbol.asyncDispose]: async () => {
      await reader.close();
      file.close();
    },
  };
}
