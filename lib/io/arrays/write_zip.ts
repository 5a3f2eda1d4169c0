/**
 * Writes an archive of files that are made while it is written; not compressed.
 *
 * The same content gives the same bytes.
 */
export async function writeZip(
  path: string,
  files: ReadonlyMap<string, () => ReadableStream<Uint8Array>>,
): Promise<void> {
  const { ZipWriter } = await import("@zip.js/zip.js");
  const file = await Deno.open(path, { write: true, create: true, truncate: true });
  const writer = new ZipWriter(file.writable, {
    level: 0,
    useWebWorkers: false,
    extendedTimestamp: false,
    lastModDate: new Date(1980, 0, 1),
  });
  for (const [name, open] of files) await writer.add(name, open());
  await writer.close();
}
