import type { Entry } from "@zip.js/zip.js";
import { FormatError } from "../../errors.ts";
import type { Failure } from "../failure.ts";

/** What any archive may unpack to; larger results must come from files at least as large as this growth allows. */
const ALWAYS_ALLOWED_BYTES = 2 ** 28;
const MOST_GROWTH = 32;

/** The oldest date that an archive can hold: the same content gives the same bytes. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * Unpacks every file of a zip archive, by name, with checksums checked.
 *
 * What two programs could read differently is refused; so is what would unpack to more than 256 MiB and more than 32
 * times the archive, before anything is unpacked.
 */
export async function unzip(bytes: Uint8Array, fail: Failure): Promise<Map<string, Uint8Array>> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await import("@zip.js/zip.js");
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    strictness: "strict",
    checkSignature: true,
    checkOverlappingEntry: true,
    useWebWorkers: false,
  });
  try {
    const entries = await reader.getEntries();
    requireModestSize(entries, bytes.length, fail);
    const files = new Map<string, Uint8Array>();
    for (const entry of entries) {
      if (entry.directory) throw fail(`the archive must hold files only, got the folder ${entry.filename}`);
      files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
    }
    return files;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw fail(`the file must be a sound zip archive, got: ${(cause as Error).message}`, { cause });
  } finally {
    await reader.close();
  }
}

/** Packs files into a zip archive with deflate. */
export async function zip(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await import("@zip.js/zip.js");
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    extendedTimestamp: false,
    lastModDate: NO_DATE,
  });
  for (const [name, content] of files) await writer.add(name, new Uint8ArrayReader(content));
  return await writer.close();
}

function requireModestSize(entries: readonly Entry[], size: number, fail: Failure): void {
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const most = Math.max(ALWAYS_ALLOWED_BYTES, MOST_GROWTH * size);
  if (unpacked > most) throw fail(`the archive must unpack to at most ${most} bytes, got ${unpacked}`);
}
