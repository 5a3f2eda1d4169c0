import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { layerCases, randomTensor } from "../support/layer_cases.ts";

const dot = (a: Tensor, b: Tensor): number => {
  const right = contiguous(b);
  return contiguous(a).reduce((sum, value, i) => sum + value * right[i], 0);
};

for (const { name, layer, inputs } of layerCases()) {
  Deno.test(`${name}: the pullback is the derivative of the forward pass by central differences`, () => {
    const random = randomGenerator(11);
    const values = inputs.map((shape) => randomTensor(random, shape));
    const output = layer.forward(ops, values);
    const s = randomTensor(random, output.shape);
    const gradients = layer.pullback(ops, { inputs: values, output }, s);
    const step = 1e-6;
    for (const [i, value] of values.entries()) {
      const numeric = Float64Array.from(contiguous(value), (_, at) => {
        const moved = (by: number): Tensor => {
          const flat = contiguous(value).slice();
          flat[at] += by;
          return layer.forward(ops, values.with(i, tensor(flat, value.shape)));
        };
        return (dot(moved(step), s) - dot(moved(-step), s)) / (2 * step);
      });
      // A step of 1e-6 leaves some 1e-10 of rounding and curvature on values of order 1.
      assertClose(gradients[i], tensor(numeric, value.shape), {
        absolute: 2e-8,
        relative: 1e-7,
        where: name,
      });
    }
  });

  const { linear } = layer;
  if (!linear) continue;
  Deno.test(`${name}: forward and pullback of the linear map are each other's transpose`, () => {
    const random = randomGenerator(13);
    const map = linear(ops, inputs.map((shape) => randomTensor(random, shape)));
    const x = randomTensor(random, map.input.shape);
    for (const weights of [undefined, "ones" as const, (w: Tensor) => ops.maximum(w, 0)]) {
      if (weights !== undefined && layer.family !== "linear") continue;
      const y = map.forward(x, { weights, bias: false });
      const s = randomTensor(random, y.shape);
      assertClose(dot(y, s), dot(x, map.pullback(s, { weights })), { absolute: 1e-12, relative: 1e-12 });
    }
    const own = map.forward(map.input);
    const direct = layer.forward(ops, map.split(map.input));
    if (inputs.length === 1) assertClose(own, direct, { absolute: 1e-14 });
  });

  const weights = layer.parameters.weights;
  if (layer.family !== "linear" || !weights || layer.kind === "batchNorm") continue;
  Deno.test(`${name}: the pullback to the weights is the derivative by central differences`, () => {
    const random = randomGenerator(17);
    const [input] = inputs.map((shape) => randomTensor(random, shape));
    const s = randomTensor(random, layer.forward(ops, [input]).shape);
    const numeric = Float64Array.from(weights.data, (_, at) => {
      const moved = (by: number): Tensor => {
        const flat = weights.data.slice();
        flat[at] += by;
        return layer.withParameters({ ...layer.parameters, weights: tensor(flat, weights.shape) })
          .forward(ops, [input]);
      };
      return (dot(moved(0.5), s) - dot(moved(-0.5), s)); // linear in the weights: a step of 1 is exact
    });
    const map = linear(ops, [input]);
    assertClose(map.weightsPullback!(input, s), tensor(numeric, weights.shape), { absolute: 1e-12 });
  });
}
