/** What training makes small: the squared distance of the scores, or the cross entropy of the softmax over them. */
export type LossName = "squaredError" | "crossEntropy";

/**
 * The loss of one example; its gradient with respect to the scores is written into `ofScores`.
 *
 * ```text
 * squaredError  Σ_k (s_k - t_k)²          crossEntropy  -log softmax(s)_t
 * ```
 */
export function lossOf(
  name: LossName,
  scores: Float64Array,
  { target, ofScores }: { target: number | Float64Array; ofScores: Float64Array },
): number {
  if (name === "squaredError") {
    let sum = 0;
    for (let k = 0; k < scores.length; k++) {
      const distance = scores[k]! - (typeof target === "number" ? target : target[k]!);
      ofScores[k] = 2 * distance;
      sum += distance * distance;
    }
    return sum;
  }
  let highest = -Infinity, total = 0;
  for (const score of scores) highest = Math.max(highest, score);
  for (let k = 0; k < scores.length; k++) total += ofScores[k] = Math.exp(scores[k]! - highest);
  for (let k = 0; k < scores.length; k++) ofScores[k] = ofScores[k]! / total;
  const wanted = target as number;
  const loss = Math.log(total) + highest - scores[wanted]!;
  ofScores[wanted] = ofScores[wanted]! - 1;
  return loss;
}

/**
 * Looks whether a loss can judge `outputs` scores by the targets.
 *
 * @throws {RangeError} If one of the targets is neither a class nor numbers for all scores, as the loss needs it.
 */
export function requireTargets(
  name: LossName,
  targets: readonly (number | Float64Array)[],
  outputs: number,
): void {
  const fits = (target: number | Float64Array): boolean => {
    if (typeof target !== "number") return name === "squaredError" && target.length === outputs;
    return name === "squaredError"
      ? outputs === 1
      : Number.isInteger(target) && target >= 0 && target < outputs;
  };
  const index = targets.findIndex((target) => !fits(target));
  if (index < 0) return;
  const wanted = name === "squaredError"
    ? `numbers for ${outputs} scores`
    : `a class from 0 to ${outputs - 1}`;
  const target = targets[index]!, got = typeof target === "number" ? target : `${target.length} numbers`;
  throw new RangeError(`Cannot train: a target must be ${wanted}, got ${got} in example ${index}`);
}
