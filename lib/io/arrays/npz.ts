import type { NumericArray } from "../../tensor/mod.ts";
import { failure, type ReadOptions } from "../failure.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { unzip, zip } from "./zip.ts";

const SUFFIX = ".npy";

/**
 * Reads the arrays that NumPy's `savez` or `savez_compressed` wrote, by name, in the order of the file.
 *
 * **Values** as {@linkcode readNpy} reads them. Checksums are checked. An archive that would unpack to more than
 * 256 MiB and more than 32 times its own size is refused before anything is unpacked.
 *
 * @throws {FormatError} If the bytes are no sound zip archive of npy files.
 *
 * @example Write and read
 * ```ts
 * import { readNpz, writeNpz } from "@relprop/lrp/io";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await writeNpz({ weights: tensor([[1, 2]]), bias: tensor([3]) });
 * const arrays = await readNpz(bytes);
 * assertEquals([...arrays.keys()], ["weights", "bias"]);
 * assertEquals(arrays.get("weights")?.shape, [1, 2]);
 * ```
 */
export async function readNpz(
  bytes: Uint8Array,
  { path }: ReadOptions = {},
): Promise<Map<string, NumericArray>> {
  const fail = failure("npz", path);
  const arrays = new Map<string, NumericArray>();
  for (const [name, content] of await unzip(bytes, fail)) {
    if (!name.endsWith(SUFFIX)) {
      throw fail(`the archive must hold npy files only, got ${JSON.stringify(name)}`);
    }
    const own = path === undefined ? name : `${path}/${name}`;
    arrays.set(name.slice(0, -SUFFIX.length), readNpy(content, { path: own }));
  }
  return arrays;
}

/**
 * Writes named arrays as NumPy's `savez_compressed` does; the same arrays give the same bytes.
 *
 * @example
 * ```ts
 * import { readNpz, writeNpz } from "@relprop/lrp/io";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const arrays = await readNpz(await writeNpz({ scores: tensor([0.25, 0.75]) }));
 * assertEquals(arrays.get("scores")?.get(1), 0.75);
 * ```
 */
export async function writeNpz(arrays: Readonly<Record<string, NumericArray>>): Promise<Uint8Array> {
  return await zip(new Map(Object.entries(arrays).map(([name, array]) => [name + SUFFIX, writeNpy(array)])));
}
