import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Precision } from "../../lib/kernels/arena.ts";
import { BlockEngine, type BlockItem } from "../../lib/kernels/block_engine.ts";
import type { ProductRule } from "../../lib/kernels/product_rule.ts";
import { type RandomGenerator, randomGenerator } from "../../lib/random.ts";
import type { RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { networkWeights } from "../../lib/recurrent/network_weights.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { memoryCorpus, roomOverStates } from "../bench/memory.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertBandsUntouched, GuardedArena } from "../support/guarded_arena.ts";
import { randomRecurrent } from "../support/random_gru.ts";

const VOCABULARY = 12;
/** What gates can take, by the kind of cell that the kernels know it of. */
const RULES: Record<"LSTM" | "GRU", readonly ProductRule[]> = {
  LSTM: ["all", "half", "prop", "abs"],
  GRU: ["all"],
};
const TOLERANCE: Record<Precision, number> = { float64: 1e-11, float32: 2e-2 };

const numbers = (random: RandomGenerator, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => random.normal(0, 1));

/** Sequences of ids, of vectors, and of both; targets of all kinds. */
function randomItems(
  random: RandomGenerator,
  { count, model }: { count: number; model: RecurrentClassifier },
): BlockItem[] {
  const classes = model.labels.length;
  return Array.from({ length: count }, (_, i): BlockItem => {
    const steps = 1 + random.integer(9);
    const target = [{ choice: -1 }, { choice: i % classes }, {
      choice: -2,
      factors: numbers(random, classes),
    }][i % 3]!;
    if (i % 4 === 3) return { ...target, steps, values: numbers(random, steps * model.inputSize) };
    const ids = Int32Array.from({ length: steps }, () => random.integer(VOCABULARY));
    if (i % 4 < 2) return { ...target, steps, ids };
    const values = numbers(random, steps * model.inputSize);
    return { ...target, steps, ids: ids.map((id) => random.integer(2) === 0 ? id : -1), values };
  }).sort((a, b) => b.steps - a.steps);
}

/** What the propagators of a single sequence say. */
function expected(
  model: RecurrentClassifier,
  { ids, values, steps }: BlockItem,
  embeddings: Float64Array,
): ReturnType<RecurrentClassifier["forward"]> {
  const e = model.inputSize;
  const vectors = Float64Array.from({ length: steps * e }, (_, i) => {
    const id = ids?.[Math.floor(i / e)] ?? -1;
    return id < 0 ? values![i]! : embeddings[id * e + i % e]!;
  });
  return model.forward({ values: tensor(vectors, [steps, e]) });
}

function sumOverInputs({ data, shape: [steps, inputs] }: Tensor): Float64Array {
  return Float64Array.from(
    { length: steps! },
    (_, t) => data.subarray(t * inputs!, (t + 1) * inputs!).reduce((sum, value) => sum + value, 0),
  );
}

function compareBlocks(seed: number, { precision, ...shape }: {
  precision: Precision;
  kind: "LSTM" | "GRU";
  sizes: number[];
  inputSize: number;
  bidirectional: boolean;
  biasFactor: number;
  productRule: ProductRule;
}): void {
  const random = randomGenerator(seed);
  const { kind, sizes, inputSize, bidirectional, biasFactor, productRule } = shape;
  const model = randomRecurrent(random, { kind, inputSize, sizes, bidirectional });
  const embeddings = numbers(random, VOCABULARY * inputSize);
  const limits = { rows: 60, sequences: 6 };
  const choice = { precision, rounding: "fused" as const, memory: GuardedArena, tableBytes: 2 ** 10 };
  const engine = new BlockEngine(networkWeights(model)!, { workers: 1, limits, embeddings, choice });
  // Several blocks on one engine: the table of tokens is filled, used and overwritten.
  for (let block = 0; block < 5; block++) {
    const items = randomItems(random, { count: 1 + random.integer(6), model });
    const send = (["relevance", "tokens", "gradient"] as const)[block % 3]!;
    const directions = bidirectional && block % 2 === 0 && send !== "tokens";
    const request = { send, epsilon: 0.01, biasFactor, productRule, directions };
    const job = engine.write(items, { worker: 0, index: block % 2, request });
    engine.arena.run(job.commands);
    engine.read(job).forEach((answer, i) => {
      const pass = expected(model, items[i]!, embeddings), absolute = TOLERANCE[precision];
      assertClose(answer.scores, pass.scores, { absolute, where: "scores" });
      const weights = items[i]!.factors ??
        Float64Array.from(pass.scores, (_, k) => k === answer.chosen ? 1 : 0);
      const options = { epsilon: 0.01, biasFactor, productRule };
      const signal: { values: Tensor; directions?: { forward: Tensor; reverse: Tensor } } =
        send === "gradient" ? pass.gradient(weights) : pass.relevance(weights, options);
      const parts = send === "tokens"
        ? [tensor(sumOverInputs(signal.values), [items[i]!.steps])]
        : request.directions
        ? [signal.directions!.forward, signal.directions!.reverse]
        : [signal.values];
      assertEquals(answer.results.length, parts.length);
      const size = Math.max(1, ...[...signal.values.data].map(Math.abs));
      parts.forEach((part, direction) =>
        assertClose(answer.results[direction]!, part.data, { absolute: absolute * size, where: send })
      );
      if (send === "gradient") return;
      const { ledger, rest } = pass.relevance(weights, options), absorbed = 1 - biasFactor;
      const sum = (name: "bias" | "stabilizer" | "rest"): number =>
        answer.layers.reduce((total, layer) => total + layer[name], 0);
      const within = { absolute: absolute * Math.max(size, ledger.scale) };
      assertClose(absorbed * (answer.head.bias + sum("bias")), ledger.bias, { ...within, where: "bias" });
      assertClose(absorbed * (answer.head.stabilizer + sum("stabilizer")), ledger.stabilizer, within);
      assertClose(sum("rest"), rest, { ...within, where: "rest" });
      assertClose(answer.head.received, ledger.received, { ...within, where: "received" });
    });
  }
  assertBandsUntouched();
}

for (
  const [precision, kind] of (["float64", "float32"] as const).flatMap((precision) =>
    (["LSTM", "GRU"] as const).map((kind) => [precision, kind] as const)
  )
) {
  Deno.test(`blocks in ${precision} do what single sequences do, whatever the ${kind}`, () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.record({
          sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
          inputSize: fc.integer({ min: 1, max: 9 }),
          bidirectional: fc.boolean(),
          biasFactor: fc.constantFrom(0, 0.5, 1),
          productRule: fc.constantFrom(...RULES[kind]),
        }),
        (seed, shape) => compareBlocks(seed, { ...shape, precision, kind }),
      ),
      { seed: 5, numRuns: 40 * RULES[kind].length },
    );
  });
}

Deno.test("a sequence has the same bits alone and in any company", () => {
  const kinds = (["LSTM", "GRU"] as const).flatMap((kind) =>
    RULES[kind].map((productRule) => ({ kind, productRule }))
  );
  for (const { kind, productRule } of kinds) {
    const random = randomGenerator(3);
    const model = randomRecurrent(random, { kind, inputSize: 5, sizes: [6, 7], bidirectional: true });
    const embeddings = numbers(random, VOCABULARY * 5);
    const engine = new BlockEngine(networkWeights(model)!, {
      workers: 1,
      limits: { rows: 200, sequences: 20 },
      embeddings,
      choice: { precision: "float64", rounding: "fused" },
    });
    const request = {
      send: "relevance" as const,
      epsilon: 0.001,
      biasFactor: 0.5,
      productRule,
      directions: false,
    };
    const run = (items: BlockItem[]): Float64Array[] => {
      const job = engine.write(items, { worker: 0, index: 0, request });
      engine.arena.run(job.commands);
      return engine.read(job).map(({ results }) => results[0]!);
    };
    const items = randomItems(random, { count: 20, model });
    const together = run(items);
    items.forEach((item, i) => assertEquals(run([item])[0], together[i]));
  }
});

Deno.test("a worker's room is at most three times the states of a block", () => {
  assert(roomOverStates(memoryCorpus()) < 3);
});
