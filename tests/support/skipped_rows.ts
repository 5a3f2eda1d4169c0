/** Reads the last rows of a file of 512 MiB and prints by how much the process grew, as JSON. */
import { openArrayRows } from "../../lib/io/arrays/array_rows.ts";
import { npyHeader } from "../../lib/io/arrays/npy.ts";

/** What was read. */
export interface SkippedRows {
  readonly shape: readonly number[];
  /** Bytes. */
  readonly grown: number;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir(), path = `${folder}/zeros.npy`, count = 2 ** 26;
  const header = npyHeader({ kind: "f", size: 8, bigEndian: false }, [count]);
  await Deno.writeFile(path, header);
  await Deno.truncate(path, header.length + count * 8); // of which the disk holds a page
  const before = Deno.memoryUsage().rss;
  await using rows = await openArrayRows(path);
  await rows.arrays.get("")!.skip(count - 2);
  const { shape } = await rows.arrays.get("")!.take(5);
  const report: SkippedRows = { shape, grown: Deno.memoryUsage().rss - before };
  await Deno.remove(folder, { recursive: true });
  // deno-lint-ignore no-console -- its answer
  console.log(JSON.stringify(report));
}
