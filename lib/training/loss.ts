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
