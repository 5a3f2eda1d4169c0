import { assert, assertEquals, assertRejects } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";
import { readNpz, writeNpz } from "../../../lib/io/mod.ts";
import { contiguous, tensor } from "../../../lib/tensor/mod.ts";
import archives from "../../fixtures/numpy/npz.json" with { type: "json" };
import { assertEveryTruncationRejects, fromBase64 } from "../support/hostile.ts";

const SIGNATURES = { local: 0x04034b50, central: 0x02014b50 };
const SIZE_AT = { local: 22, central: 24 };

/** The archive with another unpacked size in all its headers. */
function declareSize(archive: Uint8Array, size: number): Uint8Array {
  const bytes = archive.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 28 < bytes.length; at++) {
    for (const header of ["local", "central"] as const) {
      if (view.getUint32(at, true) === SIGNATURES[header]) view.setUint32(at + SIZE_AT[header], size, true);
    }
  }
  return bytes;
}

const messageOf = async (bytes: Uint8Array): Promise<string> =>
  (await assertRejects(() => readNpz(bytes, { path: "a.npz" }), FormatError)).message;

for (const name of ["savez", "savez_compressed"] as const) {
  Deno.test(`readNpz() reads what NumPy's ${name} wrote`, async () => {
    const arrays = await readNpz(fromBase64(archives[name]));
    assertEquals([...arrays.keys()], ["weights", "ids", "données"]);
    assertEquals([...arrays.values()].map(({ shape, dtype }) => [shape, dtype]), [
      [[2, 3], "float32"],
      [[3], "float64"],
      [[1], "float64"],
    ]);
    assertEquals([...arrays.values()].flatMap((array) => [...contiguous(array)]), [
      0,
      1,
      2,
      3,
      4,
      5,
      3,
      1,
      4,
      0.5,
    ]);
  });
}

Deno.test("readNpz() reads an archive without arrays", async () => {
  assertEquals((await readNpz(fromBase64(archives.empty))).size, 0);
});

Deno.test("writeNpz() gives back what it was given, and the same bytes each time", async () => {
  const arrays = { "a/b": tensor([[1, 2], [3, 4]]).transpose(1, 0), c: tensor(5) };
  const bytes = await writeNpz(arrays);
  const again = await readNpz(bytes);
  assertEquals([...again.keys()], ["a/b", "c"]);
  assertEquals([...contiguous(again.get("a/b")!)], [1, 3, 2, 4]);
  assertEquals(again.get("c")!.shape, []);
  assertEquals(await writeNpz(arrays), bytes);
});

Deno.test("readNpz() refuses every truncation", async () => {
  await assertEveryTruncationRejects(fromBase64(archives.small), readNpz);
  await assertEveryTruncationRejects(await writeNpz({ a: tensor([1, 2, 3]) }), readNpz);
});

Deno.test("readNpz() either refuses a turned bit or reads the same numbers", async () => {
  const bytes = fromBase64(archives.small);
  let refused = 0;
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    try {
      const arrays = await readNpz(changed);
      // Dates, versions and attributes may change; no name and no number may.
      assertEquals([...arrays].map(([name, array]) => [name, ...contiguous(array)]), [["a", 1, 2]]);
    } catch (error) {
      assert(error instanceof FormatError, `bit ${bit}: ${error}`);
      refused++;
    }
  }
  assert(refused > 7 * bytes.length * 8 / 10, `${refused} of ${bytes.length * 8} refused`);
});

Deno.test("readNpz() refuses an archive that says it unpacks to gigabytes, before unpacking", async () => {
  assertEquals(
    await messageOf(declareSize(fromBase64(archives.bomb), 4_000_000_000)),
    'Cannot read npz "a.npz": the archive must unpack to at most 268435456 bytes, got 4000000000',
  );
});

Deno.test("readNpz() stops unpacking where an archive holds more than it says", async () => {
  const message = await messageOf(declareSize(fromBase64(archives.bomb), 100));
  assertEquals(
    message,
    'Cannot read npz "a.npz": the file must be a sound zip archive, got: Invalid uncompressed size',
  );
});

Deno.test("readNpz() refuses an archive that holds less than it says", async () => {
  assertEquals(
    await messageOf(declareSize(fromBase64(archives.bomb), 3_000_001)),
    'Cannot read npz "a.npz": the file must be a sound zip archive, got: Invalid CRC32',
  );
});

const refusals: Record<string, string> = {
  other_file: 'npz "a.npz": the archive must hold npy files only, got "readme.txt"',
  folder: 'npz "a.npz": the archive must hold files only, got the folder a/',
  same_name: 'npz "a.npz": the file must be a sound zip archive, got: Ambiguous archive',
  bomb:
    'npy "a.npz/zeros.npy": the file must begin with "\x93NUMPY", got "\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"',
};
for (const [name, message] of Object.entries(refusals)) {
  Deno.test(`readNpz() refuses an archive with ${name}`, async () => {
    assertEquals(
      await messageOf(fromBase64(archives[name as keyof typeof archives])),
      `Cannot read ${message}`,
    );
  });
}

Deno.test("readNpz() refuses what is no archive", async () => {
  assertEquals(
    await messageOf(new Uint8Array(100)),
    'Cannot read npz "a.npz": the file must be a sound zip archive, got: End of central directory not found',
  );
});
