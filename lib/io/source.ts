/** Where a file lies: a path, a URL, or an address as text. */
export type Source = string | URL;

/** The address that a source gives, or nothing if it is a path. A single letter before the colon is a drive. */
function toUrl(source: Source): URL | undefined {
  if (source instanceof URL) return source;
  return /^[a-z][a-z0-9+.-]+:/i.test(source) ? new URL(source) : undefined;
}

/**
 * Reads a whole file from a path or from a `file:`, `http:` or `https:` address.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {Deno.errors.Http} If a server answers with another error.
 *
 * @example
 * ```ts
 * import { readBytes } from "@relprop/lrp/io";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await readBytes("data:text/plain,relevance");
 * assertEquals(new TextDecoder().decode(bytes), "relevance");
 * ```
 */
export async function readBytes(source: Source): Promise<Uint8Array> {
  const url = toUrl(source);
  if (url === undefined || url.protocol === "file:") return await Deno.readFile(url ?? source);
  const response = await fetch(url);
  if (response.ok) return await response.bytes();
  await response.body?.cancel();
  const message =
    `Cannot read ${url}: the server must answer with the file, got ${response.status} ${response.statusText}`;
  throw response.status === 404 ? new Deno.errors.NotFound(message) : new Deno.errors.Http(message);
}

/** Reads a file that need not be there. */
export async function readBytesIfAny(source: Source): Promise<Uint8Array | undefined> {
  try {
    return await readBytes(source);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A file of a folder. */
export function within(folder: Source, name: string): Source {
  const url = toUrl(folder);
  if (url === undefined) return /[/\\]$/.test(String(folder)) ? `${folder}${name}` : `${folder}/${name}`;
  const base = new URL(url);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return new URL(name, base);
}

/** A file in the same folder as another. */
export function beside(file: Source, name: string): Source {
  const url = toUrl(file);
  return url === undefined ? String(file).replace(/[^/\\]*$/, name) : new URL(name, url);
}
