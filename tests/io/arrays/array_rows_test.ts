import { assert, assertEquals, assertRejects } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";
import { openArrayRows } from "../../../lib/io/arrays/array_rows.ts";
import { readNpz, writeNpy, writeNpz } from "../../../lib/io/mod.ts";
import { contiguous, tensor } from "../../../lib/tensor/mod.ts";
import archives from "../../fixtures/numpy/npz.json" with { type: "json" };
import { runProgram } from "../../support/run_program.ts";
import type { SkippedRows } from "../../support/skipped_rows.ts";
import { fromBase64 } from "../support/hostile.ts";

async function withFile(
  name: string,
  bytes: Uint8Array,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/${name}`, bytes);
    await work(`${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const messageOf = async (path: string): Promise<string> =>
  (await assertRejects(() => openArrayRows(path), FormatError)).message;
/** 1000 rows of three numbers: row i is 3i, 3i + 1, 3i + 2. */
const counted = tensor(new Float64Array(3000).map((_, i) => i), [1000, 3]);

Deno.test("openArrayRows() gives rows in the amounts that are asked for, from npy and npz files", async () => {
  const files = {
    "a.npy": writeNpy(counted),
    "a.npz": await writeNpz({ x: counted, weights: tensor([1, 2]) }),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await withFile(name, bytes, async (path) => {
      await using file = await openArrayRows(path);
      assertEquals([...file.arrays.keys()], name === "a.npy" ? [""] : ["x", "weights"]);
      const rows = [...file.arrays.values()][0]!;
      assertEquals(rows.shape, [1000, 3]);
      assertEquals([...contiguous(await rows.take(2))], [0, 1, 2, 3, 4, 5]);
      await rows.skip(990);
      const part = await rows.take(4);
      assertEquals([part.shape, part.get(0, 0)], [[4, 3], 992 * 3]);
      assertEquals((await rows.take(100)).shape, [4, 3]);
      assertEquals((await rows.take(100)).shape, [0, 3]);
    });
  }
});

Deno.test("openArrayRows() reads the arrays of an archive of NumPy in turns", async () => {
  for (const name of ["savez", "savez_compressed"] as const) {
    const bytes = fromBase64(archives[name]);
    await withFile("a.npz", bytes, async (path) => {
      await using file = await openArrayRows(path);
      const whole = await readNpz(bytes);
      assertEquals([...file.arrays.keys()], [...whole.keys()]);
      for (const row of [0, 1]) {
        for (const [key, rows] of file.arrays) {
          const expected = whole.get(key)!;
          if (row >= expected.shape[0]!) continue;
          const size = expected.size / expected.shape[0]!;
          assertEquals(
            [...contiguous(await rows.take(1))],
            [...contiguous(expected).subarray(row * size, (row + 1) * size)],
          );
        }
      }
    });
  }
});

Deno.test("openArrayRows() holds the rows that are asked for, not the file", async () => {
  // In a process of its own, whose memory no other test takes.
  const { shape, grown } = await runProgram<SkippedRows>("tests/support/skipped_rows.ts");
  assertEquals(shape, [2]);
  assert(grown < 2 ** 27, `${grown} bytes`);
});

Deno.test("openArrayRows() refuses what is no array of rows", async () => {
  const npy = writeNpy(counted);
  const got = (name: string, bytes: Uint8Array): Promise<string> => {
    let message = "";
    return withFile(name, bytes, async (path) => {
      message = (await messageOf(path)).replace(path, name);
    }).then(() => message);
  };
  assertEquals(
    await got("a.npy", npy.subarray(0, -1)),
    'Cannot read npy "a.npy": shape [1000, 3] of 8 bytes each requires 24000 bytes, got 23999',
  );
  assertEquals(
    await got("a.npy", npy.subarray(0, 0)),
    'Cannot read npy "a.npy": the file must begin with "\x93NUMPY", got ""',
  );
  assertEquals(
    await got("a.npy", writeNpy(tensor(5))),
    'Cannot read npy "a.npy": an array that is read by rows must have an axis, got a single number',
  );
  const swapped = npy.slice();
  swapped.set(
    new TextEncoder().encode("True "),
    String.fromCharCode(...npy.subarray(0, 128)).indexOf("False"),
  );
  assertEquals(
    await got("a.npy", swapped),
    'Cannot read npy "a.npy": the rows must lie one after the other (C order), got Fortran order',
  );
  assertEquals(
    await got("a.npz", npy),
    'Cannot read npz "a.npz": the file must be a sound zip archive, got: End of central directory not found',
  );
});

Deno.test("openArrayRows() tells of content that is not what was packed, when it gets there", async () => {
  const bytes = await writeNpz({ x: counted });
  for (const at of [2000, 1500]) {
    bytes[at]! ^= 255;
    await withFile("a.npz", bytes, async (path) => {
      await assertRejects(
        async () => {
          await using file = await openArrayRows(path);
          await file.arrays.get("x")!.take(1000);
        },
        FormatError,
        "the file must be a sound zip archive, got: ",
      );
    });
  }
});

Deno.test("openArrayRows() lets no turned bit of an archive pass, and none hangs it", async () => {
  const bytes = await writeNpz({
    x: tensor(new Float64Array(60).map((_, i) => i % 5), [20, 3]),
    y: tensor([1, 2]),
  });
  const numbers = async (path: string): Promise<number[]> => {
    await using file = await openArrayRows(path);
    const found: number[] = [];
    for (const rows of file.arrays.values()) {
      for (const count of [7, 13]) found.push(...contiguous(await rows.take(count)));
    }
    return found;
  };
  let expected: number[] = [];
  await withFile("a.npz", bytes, async (path) => void (expected = await numbers(path)));
  for (let at = 0; at < bytes.length; at++) {
    const turned = bytes.slice();
    turned[at]! ^= 1 << at % 8;
    await withFile("a.npz", turned, async (path) => {
      try {
        assertEquals(await numbers(path), expected, `byte ${at}`);
      } catch (error) {
        assert(error instanceof FormatError, `byte ${at}: ${error}`);
      }
    });
  }
});
