import { FormatError } from "../../../lib/errors.ts";

/** Files by the end of their path at home, such as `PlayMusic/validate_PlayMusic.json`. */
export type DataFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Data that may not be part of the project, or need not be, and that users fetch themselves. */
export interface DataSet {
  /** What it is, and under which terms. */
  readonly about: string;
  /**
   * Where each file is, by the end of its path: its home, or its place in the archive. A file whose name ends with `.gz`
   * may also be there unpacked.
   */
  readonly files: Readonly<Record<string, string>>;
  /** The zip archive that the files are in at home, and the SHA-256 that it must have. */
  readonly archive?: { readonly home: string; readonly sha256: string };
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
export async function filesFromHome({ files, archive }: DataSet): Promise<DataFiles> {
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  if (archive === undefined) {
    for (const [name, home] of Object.entries(files)) {
      found.set(name, await unpacked(name, await download(home)));
    }
    return found;
  }
  const bytes = await download(archive.home);
  await requireContent(archive.home, bytes, archive.sha256);
  const there = await archived(bytes);
  for (const [name, place] of Object.entries(files)) found.set(name, await there.get(place)!());
  return found;
}

async function download(home: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(home).catch((cause) => {
    const got = (cause as Error).message;
    throw new FormatError(`Cannot download ${home}: it must be reachable, got: ${got}`, {
      path: home,
      cause,
    });
  });
  if (response.ok) return await response.bytes();
  await response.body?.cancel();
  throw new FormatError(`Cannot download ${home}: the status must be 200, got ${response.status}`, {
    path: home,
  });
}

/**
 * Requires content to be that of the copy that is known.
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

/** Files by their path in a folder or archive, to be read one by one. */
type Contents = Map<string, () => Promise<Uint8Array<ArrayBuffer>>>;

async function contentsOf(path: string): Promise<Contents> {
  if (path.endsWith(".zip")) return await archived(await Deno.readFile(path));
  const there: Contents = new Map();
  if ((await Deno.stat(path)).isDirectory) {
    for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
      if (isFile) there.set(name, () => Deno.readFile(`${path}/${name}`));
      if (!isDirectory) continue;
      for (const [below, read] of await contentsOf(`${path}/${name}`)) there.set(`${name}/${below}`, read);
    }
  } else there.set(path.replace(/^.*[\\/]/, ""), () => Deno.readFile(path));
  return there;
}

/** The files of a zip archive. */
async function archived(bytes: Uint8Array<ArrayBuffer>): Promise<Contents> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await import("@zip.js/zip.js");
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true, useWebWorkers: false });
  const there: Contents = new Map();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    there.set(entry.filename, () => entry.getData(new Uint8ArrayWriter()));
  }
  return there;
}

async function unpacked(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!name.endsWith(".gz") || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).bytes();
}
