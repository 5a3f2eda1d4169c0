import { FormatError } from "../../../lib/errors.ts";

/** Files by the end of their path at home, such as `PlayMusic/validate_PlayMusic.json`. */
export type DataFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Data that may not be part of the project, or need not be, and that users fetch themselves. */
export interface DataSet {
  /** What it is, and under which terms. */
  readonly about: string;
  /** Where each file is, by the end of its path. A file whose name ends with `.gz` may also be there unpacked. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * What notebooks read, by name.
   *
   * @throws {FormatError} If the content is not that of the data.
   */
  make(files: DataFiles): Promise<Readonly<Record<string, Uint8Array>>>;
}

/**
 * Reads the files of a data set from a folder, a zip archive or a single file, wherever they lie in it.
 *
 * @throws {FormatError} If one is missing.
 */
export async function filesFrom({ files }: DataSet, path: string): Promise<DataFiles> {
  const there = await contentsOf(path);
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of Object.keys(files)) {
    const names = [name, name.replace(/\.gz$/, "")];
    const place = [...there.keys()].find((place) => names.some((n) => `/${place}`.endsWith(`/${n}`)));
    if (place === undefined) {
      throw new FormatError(
        `Cannot take data from ${JSON.stringify(path)}: ${name} must be in it, got none`,
        {
          path,
        },
      );
    }
    found.set(name, await unpacked(place, await there.get(place)!()));
  }
  return found;
}

/**
 * Downloads the files of a data set.
 *
 * @throws {FormatError} If one cannot be had.
 */
export async function filesFromHome({ files }: DataSet): Promise<DataFiles> {
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, home] of Object.entries(files)) {
    const response = await fetch(home).catch((cause) => {
      const got = (cause as Error).message;
      throw new FormatError(`Cannot download ${home}: it must be reachable, got: ${got}`, {
        path: home,
        cause,
      });
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new FormatError(`Cannot download ${home}: the status must be 200, got ${response.status}`, {
        path: home,
      });
    }
    found.set(name, await unpacked(name, await response.bytes()));
  }
  return found;
}

/**
 * Requires content to be that of the copy that the numbers of the notebooks were made with.
 *
 * @throws {FormatError} If its SHA-256 is another.
 */
export async function requireContent(what: string, bytes: Uint8Array, sha256: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
  if (digest.toHex() === sha256) return;
  throw new FormatError(
    `Cannot take ${what}: the SHA-256 of the content must be ${sha256}, got ${digest.toHex()}`,
    { path: what },
  );
}

/** The files of a folder or archive by their path in it, to be read one by one. */
async function contentsOf(path: string): Promise<Map<string, () => Promise<Uint8Array<ArrayBuffer>>>> {
  const there = new Map<string, () => Promise<Uint8Array<ArrayBuffer>>>();
  if ((await Deno.stat(path)).isDirectory) {
    for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
      if (isFile) there.set(name, () => Deno.readFile(`${path}/${name}`));
      if (!isDirectory) continue;
      for (const [below, read] of await contentsOf(`${path}/${name}`)) there.set(`${name}/${below}`, read);
    }
  } else if (path.endsWith(".zip")) {
    const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await import("@zip.js/zip.js");
    const reader = new ZipReader(new Uint8ArrayReader(await Deno.readFile(path)), {
      checkSignature: true,
      useWebWorkers: false,
    });
    for (const entry of await reader.getEntries()) {
      if (entry.directory) continue;
      there.set(entry.filename, () => entry.getData(new Uint8ArrayWriter()));
    }
  } else there.set(path.replace(/^.*[\\/]/, ""), () => Deno.readFile(path));
  return there;
}

async function unpacked(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!name.endsWith(".gz") || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).bytes();
}
