import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Precision } from "../../lib/kernels/arena.ts";
import { BlockEngine, type BlockItem } from "../../lib/kernels/block_engine.ts";
import { SingleEngine } from "../../lib/kernels/single_engine.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import { networkWeights } from "../../lib/recurrent/network_weights.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";
import { randomRecurrent } from "../support/random_gru.ts";

/** More ids than a table of 32 KiB has slots, so that it overflows. */
const VOCABULARY = 1200, CLASSES = 3, ROWS = 70;

function randomItem(
  random: RandomGenerator,
  { inputSize, step }: { inputSize: number; step: number },
): BlockItem {
  const steps = step % 20 === 19 ? ROWS : 1 + random.integer(6);
  const factors = Float64Array.from({ length: CLASSES }, () => random.normal(0, 1));
  const target = [{ choice: -1 }, { choice: step % CLASSES }, { choice: -2, factors }][step % 3]!;
  if (step % 5 === 4) {
    return {
      ...target,
      steps,
      values: Float64Array.from({ length: steps * inputSize }, () => random.normal(0, 1)),
    };
  }
  const drawn = step % 2 === 0 ? VOCABULARY : 4; // sometimes all tokens are known already
  return { ...target, steps, ids: Int32Array.from({ length: steps }, () => random.integer(drawn)) };
}

function compare(seed: number, { precision, ...shape }: {
  precision: Precision;
  kind: "LSTM" | "GRU";
  sizes: number[];
  inputSize: number;
  bidirectional: boolean;
}): void {
  const random = randomGenerator(seed);
  const { inputSize, bidirectional } = shape, model = randomRecurrent(random, shape);
  const embeddings = Float64Array.from({ length: VOCABULARY * inputSize }, () => random.normal(0, 1));
  const choice = { precision, rounding: "fused" as const, tableBytes: 2 ** 15 },
    network = networkWeights(model)!;
  const single = new SingleEngine(network, {
    rows: ROWS,
    embeddings,
    choice: { ...choice, memory: GuardedArena },
  });
  const limits = { rows: ROWS, sequences: 1 };
  const block = new BlockEngine(network, { workers: 1, limits, embeddings, choice });
  for (let step = 0; step < 60; step++) {
    const item = randomItem(random, { inputSize, step });
    const request = {
      send: (["relevance", "relevance", "gradient", "nothing"] as const)[step % 4]!,
      epsilon: 0.01,
      biasFactor: step < 30 ? 0 : 0.5,
      productRule: shape.kind === "GRU"
        ? "all" as const
        : (["all", "half", "prop", "abs"] as const)[(step >> 2) % 4]!,
      directions: bidirectional && step % 7 !== 6,
    };
    const job = block.write([item], { worker: 0, index: 0, request });
    block.arena.run(job.commands);
    const answer = single.run(item, request), expected = block.read(job)[0]!;
    for (const name of ["scores", "chosen", "results", "finite", "head", "layers", "steps"] as const) {
      assertEquals(answer[name], expected[name], name);
    }
  }
  assertBandsUntouched();
}

for (const precision of ["float64", "float32"] as const) {
  Deno.test(`one sequence after the other in ${precision} is answered as a block of one is, to the bit`, () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.record({
          kind: fc.constantFrom("LSTM" as const, "GRU" as const),
          sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
          inputSize: fc.integer({ min: 1, max: 9 }),
          bidirectional: fc.boolean(),
        }),
        (seed, shape) => compare(seed, { ...shape, precision }),
      ),
      { seed: 6, numRuns: 20 },
    );
  });
}
