import { requireOptions } from "../options.ts";
import { contiguous, requireFinite, requireShape } from "../tensor/mod.ts";
import { ndarray, type NumericArray, type Tensor } from "../tensor/ndarray.ts";

/** The parameters of {@linkcode lrpLinear}, named as in the reference code. */
export interface LrpLinearOptions {
  /** Number N of all lower units connected to an output, over all calls that share its bias. */
  readonly biasNbUnits: number;
  /** The stabilizer ε, in units of `hout`. The reference uses 0.001. */
  readonly eps: number;
  /** The part of bias and stabilizer that is sent down: 0 absorbs them (default), 1 conserves everything. */
  readonly biasFactor?: number;
  /** Prints `local diff`, the relevance that came in minus the relevance sent down. */
  readonly debug?: boolean;
}

/**
 * Sends relevance back through one linear layer by the epsilon rule of Arras et al., with the share of bias and
 * stabilizer that `biasFactor` asks for.
 *
 * ```text
 * R_i = Σ_j ( h_i w_ij + β (b_j + ε sign_j) / N ) / ( hout_j + ε sign_j ) · R_j      sign_j = hout_j ≥ 0 ? +1 : -1
 * ```
 *
 * **Shapes** `hin [D]` or `[N, D]`, `w [D, M]`, `b [M]`, `hout` and `rout` `[M]` or `[N, M]` -> the shape of `hin`.
 * **Units** `eps` in units of the pre-activation `hout`.
 * **Conserves** `Σ R_i = Σ R_j` with `biasFactor` 1, when `hout = hin·w + b` and `biasNbUnits = D`. If several
 * layers feed `hout`, each is called with the whole `hout` and the same `b`, and `biasNbUnits` counts all their units:
 * then the results add up to `Σ R_j`. With `biasFactor` 0 bias and stabilizer absorb their share.
 *
 * With `eps` 0 an output of exactly 0 divides by zero, and the result holds the infinities and NaN of the formula; so it
 * does where finite numbers overflow.
 *
 * @throws {TypeError} If an option is not known, or there are none.
 * @throws {ShapeError} If the shapes do not fit together.
 * @throws {NumericalError} If an argument holds NaN or an infinity.
 * @throws {RangeError} If `eps` is negative, or `biasNbUnits` is not a positive integer.
 *
 * @example Two inputs, one output, no bias
 * ```ts
 * import { lrpLinear } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const hin = tensor([1, 3]);
 * const w = tensor([[2], [2]]);
 * // hout = 1·2 + 3·2 = 8; shares 2/8 and 6/8 of 4
 * const rin = lrpLinear(hin, w, tensor([0]), tensor([8]), tensor([4]), { biasNbUnits: 2, eps: 0 });
 * assertEquals([rin.get(0), rin.get(1)], [1, 3]);
 * ```
 *
 * @see Arras, Montavon, Müller, Samek 2017, Explaining Recurrent Neural Network Predictions in Sentiment Analysis,
 * https://aclanthology.org/W17-5221
 */
export function lrpLinear(
  hin: NumericArray,
  w: NumericArray,
  b: NumericArray,
  hout: NumericArray,
  rout: NumericArray,
  options: LrpLinearOptions,
): Tensor {
  const action = "propagate relevance through a linear layer";
  requireOptions(options, { action, known: ["biasNbUnits", "eps", "biasFactor", "debug"] });
  const { biasNbUnits, eps, biasFactor = 0, debug = false } = options;
  if (!(eps >= 0 && eps < Infinity)) {
    throw new RangeError(`Cannot ${action}: eps must be a finite number of at least 0, got ${eps}`);
  }
  if (!(Number.isInteger(biasNbUnits) && biasNbUnits > 0)) {
    throw new RangeError(`Cannot ${action}: biasNbUnits must be a positive integer, got ${biasNbUnits}`);
  }
  if (!Number.isFinite(biasFactor)) {
    throw new RangeError(`Cannot ${action}: biasFactor must be a finite number, got ${biasFactor}`);
  }
  requireShape(w.shape, [-1, -1], { action, where: "w" });
  const [D, M] = w.shape as [number, number];
  const batch = hin.shape.length === 2 ? [hin.shape[0]!] : [];
  requireShape(hin.shape, [...batch, D], { action, where: "hin" });
  requireShape(b.shape, [M], { action, where: "b" });
  requireShape(hout.shape, [...batch, M], { action, where: "hout" });
  requireShape(rout.shape, [...batch, M], { action, where: "rout" });
  const read = (array: NumericArray, where: string): Float64Array => {
    const flat = contiguous(array);
    requireFinite(flat, array.shape, { action, where });
    return flat;
  };
  const input = read(hin, "hin"), weights = read(w, "w"), bias = read(b, "b");
  const output = read(hout, "hout"), relevance = read(rout, "rout");

  const rows = batch[0] ?? 1;
  const result = new Float64Array(rows * D);
  const s = new Float64Array(M);
  for (let n = 0; n < rows; n++) {
    // The bias share is the same for every i, so the messages are summed over j before they exist: R_i = h_i (W s)_i + share.
    let share = 0;
    const singular: number[] = [];
    for (let j = 0; j < M; j++) {
      const z = output[n * M + j]!;
      const stabilizer = z >= 0 ? eps : -eps;
      if (z + stabilizer === 0) {
        singular.push(j);
        s[j] = 0;
        continue;
      }
      s[j] = relevance[n * M + j]! / (z + stabilizer);
      share += biasFactor * (bias[j]! + stabilizer) / biasNbUnits * s[j]!;
    }
    for (let i = 0; i < D; i++) {
      let pulled = 0;
      for (let j = 0; j < M; j++) pulled += weights[i * M + j]! * s[j]!;
      let sum = input[n * D + i]! * pulled + share;
      // Only here, where the denominator is 0, must each message be divided on its own: the sign of its infinity counts.
      for (const j of singular) {
        const message = weights[i * M + j]! * input[n * D + i]! + biasFactor * bias[j]! / biasNbUnits;
        sum += message / (output[n * M + j]! + eps) * relevance[n * M + j]!;
      }
      result[n * D + i] = sum;
    }
  }
  if (debug) {
    const total = (values: Float64Array): number => values.reduce((a, c) => a + c, 0);
    // deno-lint-ignore no-console -- printing is what the option asks for
    console.log(`local diff: ${total(relevance) - total(result)}`);
  }
  return ndarray(result, [...hin.shape]);
}
