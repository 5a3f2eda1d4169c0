import { assert, assertEquals } from "@std/assert";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import type { Layer } from "../../lib/layers/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import {
  alphaBetaRule,
  epsilonRule,
  gammaRule,
  propagate,
  type Rule,
  zeroRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { contiguous, type Tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { type LayerCase, layerCases, randomTensor } from "../support/layer_cases.ts";
import { RULE_CASES } from "../support/rule_cases.ts";

const sum = (x: Tensor): number => exactSum(contiguous(x));
const size = (x: Tensor): number => exactSum(contiguous(x).map(Math.abs));

/** Whether a rule answers for a layer; a rule that does not must say so. */
function defined(rule: Rule, layer: Layer, inputs: readonly Tensor[], relevance: Tensor): boolean {
  try {
    propagate(layer, rule, { inputs, relevance });
    return true;
  } catch (error) {
    assert(error instanceof UnsupportedLayerError, `${rule.name} on ${layer.kind}: ${error}`);
    return false;
  }
}

interface Trial extends LayerCase {
  inputs: number[][];
  values: Tensor[];
  output: Tensor;
  relevance: Tensor;
}

function trials(seed: number): Trial[] {
  const random = randomGenerator(seed);
  return layerCases(seed).map((given) => {
    const values = given.inputs.map((shape) => randomTensor(random, shape));
    const output = given.layer.forward(ops, values);
    return {
      ...given,
      inputs: given.inputs.map((shape) => [...shape]),
      values,
      output,
      relevance: randomTensor(random, output.shape),
    };
  });
}

const reached = new Set<string>();
for (const [name, rule] of Object.entries(RULE_CASES)) {
  Deno.test(`${name}: on every layer the account closes, it is linear, each example is alone, the input stays`, () => {
    for (const seed of [1, 2, 3]) {
      const random = randomGenerator(seed + 100);
      for (const { name: layerName, layer, values, output, relevance } of trials(seed)) {
        if (!defined(rule, layer, values, relevance)) continue;
        // Without a stabilizer an output of exactly 0, such as a padded place, divides by zero.
        if (rule.name === "zero" && contiguous(output).includes(0)) continue;
        reached.add(layer.family);
        const where = `${name} on ${layerName}, seed ${seed}`;
        const before = values.map((value) => contiguous(value).slice());
        const shares = propagate(layer, rule, { inputs: values, relevance });
        assertEquals(values.map((value) => contiguous(value)), before, where);
        shares.inputs.forEach((share, i) => assertEquals(share.shape, values[i].shape, where));

        const parts = [shares.bias, shares.stabilizer, shares.lost].flatMap((part) =>
          part ? [ops.expandLike(part, relevance)] : []
        );
        const scale = [...shares.inputs, ...parts, relevance].reduce(
          (most, part) => Math.max(most, size(part)),
          0,
        );
        if (rule.accounts) {
          const total = exactSum([...shares.inputs, ...parts].map(sum));
          assertClose(total, sum(relevance), { absolute: 1e-14 * scale, where });
        }

        const other = randomTensor(random, relevance.shape);
        const linear = !["guided backpropagation", "deconvnet"].includes(rule.name);
        if (linear) {
          const mixed = ops.add(relevance, ops.multiply(other, -0.7));
          const together = propagate(layer, rule, { inputs: values, relevance: mixed }).inputs;
          const apart = propagate(layer, rule, { inputs: values, relevance: other }).inputs;
          together.forEach((share, i) => {
            const expected = ops.add(shares.inputs[i], ops.multiply(apart[i], -0.7));
            const largest = Math.max(size(shares.inputs[i]), size(apart[i]));
            assertClose(share, expected, { absolute: 1e-13 * largest, where });
          });
        }

        // A layer that mixes the first axis has no batch.
        const count = relevance.shape[0];
        if (layer.settings.axis === 0 || count === 1) continue;
        const one = (x: Tensor, n: number): Tensor => x.shape[0] === count ? ops.slice(x, 0, n, n + 1) : x;
        const alone = Array.from(
          { length: count },
          (_, n) =>
            propagate(layer, rule, { inputs: values.map((x) => one(x, n)), relevance: one(relevance, n) })
              .inputs,
        );
        shares.inputs.forEach((share, i) => {
          const rows = alone.map((inputs) => inputs[i]);
          const joined = share.shape[0] === count
            ? ops.concatenate(rows, 0)
            : rows.reduce((total, row) => ops.add(total, row));
          assertClose(joined, share, { absolute: 1e-13 * (size(share) || 1), where });
        });
      }
    }
  });
}

Deno.test("the trials reach every family of layers that has rules", () => {
  assertEquals([...reached].sort(), [
    "activation",
    "linear",
    "matmul",
    "maxPooling",
    "normalization",
    "product",
    "rotation",
    "routing",
    "softmax",
  ]);
});

/** Two rules give the same on every layer of weights. */
function assertSame(a: Rule, b: Rule, tolerance: number): void {
  let compared = 0;
  for (const { name, layer, values, relevance } of [1, 2, 3, 4, 5].flatMap(trials)) {
    if (layer.family !== "linear") continue;
    const [left, right] = [a, b].map((rule) => propagate(layer, rule, { inputs: values, relevance }).inputs);
    left.forEach((share, i) =>
      assertClose(share, right[i], { absolute: tolerance * (size(right[i]) || 1), where: name })
    );
    compared++;
  }
  assert(compared > 50);
}

Deno.test("gamma with γ = 0 is epsilon, generalised and plain", () => {
  // A small ε magnifies rounding where z is near 0: the terms are added in another order.
  const epsilon = epsilonRule({ epsilon: 0.1 });
  assertSame(gammaRule({ gamma: 0, stabilizer: 0.1 }), epsilon, 1e-13);
  assertSame(gammaRule({ gamma: 0, stabilizer: 0.1, signs: "weights" }), epsilon, 1e-15);
});

Deno.test("alpha-beta with α = 1 and β = 0 is z-plus", () => {
  assertSame(alphaBetaRule({ alpha: 1, beta: 0 }), zPlusRule(), 0);
});

Deno.test("epsilon goes to the zero rule as ε goes to 0", () => {
  assertSame(epsilonRule({ epsilon: 1e-14 }), zeroRule(), 1e-9);
});

Deno.test("rules that share bias and stabilizer conserve exactly, but for what they lose themselves", () => {
  const sharing = Object.entries(RULE_CASES).filter(([name]) => name.endsWith("all shared"));
  assertEquals(sharing.length, 6);
  for (
    const [rule, { name, layer, values, relevance }] of sharing.flatMap(([, rule]) =>
      [1, 2, 3].flatMap(trials).map((trial) => [rule, trial] as const)
    )
  ) {
    if (layer.family !== "linear") continue;
    const { inputs, bias, stabilizer, lost } = propagate(layer, rule, { inputs: values, relevance });
    const scale = Math.max(...inputs.map(size), size(relevance));
    const where = `${rule.name} on ${name}`;
    const gone = lost ? sum(ops.expandLike(lost, relevance)) : 0;
    assertClose(exactSum([...inputs.map(sum), gone]), sum(relevance), { absolute: 1e-13 * scale, where });
    for (const part of [bias, stabilizer]) {
      if (part) assertEquals(contiguous(part).some((value) => value !== 0), false, where);
    }
  }
});

Deno.test("z-plus, flat and w-square keep the sign of relevance", () => {
  for (const name of ["z-plus", "flat", "w-square"]) {
    for (const { layer, values, relevance } of [1, 2, 3].flatMap(trials)) {
      if (layer.family !== "linear") continue;
      const positive = ops.absolute(relevance);
      const { inputs } = propagate(layer, RULE_CASES[name], { inputs: values, relevance: positive });
      for (const share of inputs) {
        assert(contiguous(share).every((value) => value >= 0), `${name} on ${layer.kind}`);
      }
    }
  }
});
