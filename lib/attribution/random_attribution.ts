import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { contiguous, type Tensor, tensor } from "../tensor/mod.ts";
import type { Method } from "./method.ts";

/**
 * Random numbers in place of relevance: the control that every method must beat.
 *
 * **Shapes** relevance `[T]`, one number per token, or the shape of an input without tokens; uniform between -1 and 1. The
 * same seed and input give the same numbers, whatever the network; another input gives others, so that examples count as
 * many draws in a mean over them.
 *
 * @param options The parameters.
 * @param options.seed The seed, an integer.
 * @throws {TypeError} If an option is misspelt, or there is no seed.
 *
 * @example Two runs agree
 * ```ts
 * import { explain, randomAttribution } from "@relprop/lrp/attribution";
 * import { lstmClassifier } from "@relprop/lrp/recurrent";
 * import { tensor, zeros } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const model = lstmClassifier({
 *   layers: [{ forward: { inputWeights: zeros([4, 1]), recurrentWeights: zeros([4, 1]) } }],
 *   output: { weights: tensor([[1]]) },
 * });
 * const run = () => explain(model, { values: zeros([3, 1]) }, { method: randomAttribution({ seed: 7 }) });
 * assertEquals(run().tokenRelevance, run().tokenRelevance);
 * ```
 */
export function randomAttribution(options: { readonly seed: number }): Method {
  requireOptions(options, { action: "use random attribution", known: ["seed"], required: ["seed"] });
  const { seed } = options;
  randomGenerator(seed); // a seed that is none says so now
  return Object.freeze<Method>({
    name: "Random",
    options: Object.freeze({ seed }),
    attribute: ({ input }) => {
      const random = randomGenerator((seed + fingerprint(input.values)) % Number.MAX_SAFE_INTEGER);
      const shape = input.tokens.length > 0 ? [input.tokens.length] : input.values.shape;
      const length = shape.reduce((size, n) => size * n, 1);
      return { relevance: tensor(Float64Array.from({ length }, () => random.uniform(-1, 1)), shape) };
    },
  });
}

/**
 * 32 bits that differ between inputs: FNV-1a, of words in place of bytes, over the bits of the numbers.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
function fingerprint(values: Tensor): number {
  const bits = new Uint32Array(contiguous(values).slice().buffer);
  let hash = 0x811c9dc5;
  for (const word of bits) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
