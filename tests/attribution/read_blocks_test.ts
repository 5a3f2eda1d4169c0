import { assertEquals } from "@std/assert";
import { readBlocks } from "../../lib/attribution/read_blocks.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";

const model = lstmClassifier({
  layers: [{ forward: { inputWeights: zeros([4, 1]), recurrentWeights: zeros([4, 1]) } }],
  output: { weights: tensor([[1]]) },
});

/** The lengths of the sequences of each block. */
async function blocksOf(
  lengths: number[],
  { workers = 1, ...limits }: { rows: number; sequences: number; workers?: number },
): Promise<number[][]> {
  const blocks = readBlocks(lengths.map((length) => ({ values: zeros([length, 1]) })), {
    model,
    limits,
    workers,
    target: { choice: -1 },
    reject: () => {},
    room: () => Promise.resolve(),
  });
  return (await Array.fromAsync(blocks)).map((block) => block.map(({ steps }) => steps));
}

Deno.test("readBlocks() fills blocks up to their rows, the longest sequences first", async () => {
  assertEquals(await blocksOf([3, 6, 4], { rows: 10, sequences: 8 }), [[6, 4], [3]]);
  assertEquals(await blocksOf([3, 6, 5], { rows: 10, sequences: 8 }), [[6], [5, 3]]);
});

Deno.test("readBlocks() fills blocks up to their sequences", async () => {
  assertEquals(await blocksOf([1, 1, 1, 1, 1], { rows: 10, sequences: 2 }), [[1, 1], [1, 1], [1]]);
});

Deno.test("readBlocks() shares a few blocks evenly among threads", async () => {
  const equal = [2, 2, 2, 2, 2, 2];
  assertEquals(await blocksOf(equal, { rows: 10, sequences: 8 }), [[2, 2, 2, 2, 2], [2]]);
  assertEquals(await blocksOf(equal, { rows: 10, sequences: 8, workers: 2 }), [[2, 2, 2], [2, 2, 2]]);
  assertEquals(await blocksOf(equal, { rows: 10, sequences: 8, workers: 3 }), [[2, 2], [2, 2], [2, 2]]);
  // 24 steps need 3 blocks of 10, which 2 threads cannot share: 4 blocks of 6.
  const more = new Array<number>(12).fill(2), four = new Array<number[]>(4).fill([2, 2, 2]);
  assertEquals(await blocksOf(more, { rows: 10, sequences: 8, workers: 2 }), four);
});

Deno.test("readBlocks() gives a sequence that is longer than a block a block alone", async () => {
  assertEquals(await blocksOf([2, 11, 2], { rows: 10, sequences: 8 }), [[11], [2, 2]]);
});
