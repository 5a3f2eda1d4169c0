/** Beyond this many times the score, the flow of relevance is made of numbers that cancel. */
const LARGEST_FLOW = 1e6;

/**
 * What a reader of relevance should know about its size.
 *
 * @param scale The largest relevance that flowed anywhere.
 * @param received The relevance that was given to the scores.
 */
export function cautions({ scale, received }: { scale: number; received: number }): string[] {
  if (scale <= LARGEST_FLOW * Math.abs(received)) return [];
  return [
    `relevance grew to ${scale.toExponential(1)} on its way down from ${received.toPrecision(3)}: ` +
    "the shares are differences of large numbers and say little; a larger epsilon tames them",
  ];
}
