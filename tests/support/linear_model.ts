import type { EncodedInput, Explainable, Method } from "../../lib/attribution/mod.ts";
import { Ledger } from "../../lib/rules/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** Scores w_k · x of a linear net without biases; its relevance is w x. `nonlinear` bends the scores by tanh. */
export function linearModel(
  weights: readonly (readonly number[])[],
  { nonlinear = false }: { nonlinear?: boolean } = {},
): Explainable<EncodedInput> {
  const dot = (w: readonly number[], x: Float64Array): number =>
    w.reduce((sum, value, i) => sum + value * x[i]!, 0);
  return {
    labels: weights.map((_, k) => `${k}`),
    encode: (input) => input,
    forward: ({ values }) => {
      const x = contiguous(values);
      const mix = (of: Float64Array): number[] =>
        Array.from(x, (_, i) => weights.reduce((sum, w, k) => sum + of[k]! * w[i]!, 0));
      const scores = Float64Array.from(weights, (w) => nonlinear ? Math.tanh(dot(w, x)) : dot(w, x));
      return {
        scores,
        gradient: (of) => ({ values: tensor(mix(of), values.shape) }),
        relevance: (of) => ({
          values: tensor(mix(of).map((w, i) => w * x[i]!), values.shape),
          rest: 0,
          ledger: new Ledger([], { received: 0, input: 0, rest: 0 }),
        }),
      };
    },
  };
}

/** Plain numbers in place of relevance. */
export function fixedMethod(relevance: Tensor, name = "Fixed"): Method {
  return { name, options: {}, attribute: () => ({ relevance }) };
}
