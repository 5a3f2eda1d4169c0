/** Beyond this many times the score, the flow of relevance is made of numbers that cancel. */
const LARGEST_FLOW = 1e6;

/** The quotients of the rule magnify rounding by up to 1 / epsilon; float32 has seven digits to lose. */
const SMALLEST_EPSILON_OF_FLOAT32 = 1e-3;

/**
 * What a reader of relevance should know about its size.
 *
 * @param scale The largest relevance that flowed anywhere.
 * @param received The relevance that was given to the scores.
 * @param precision What it was computed in.
 * @param epsilon The stabilizer.
 */
export function cautions(
  { scale, received, precision, epsilon }: {
    scale: number;
    received: number;
    precision: "float64" | "float32";
    epsilon: number;
  },
): string[] {
  const notes: string[] = [];
  if (precision === "float32" && epsilon < SMALLEST_EPSILON_OF_FLOAT32) {
    notes.push(
      `computed in float32 with epsilon ${epsilon}: where pre-activations are near 0 the relevance is unreliable; ` +
        "use float64, or an epsilon of at least 0.001",
    );
  }
  if (scale <= LARGEST_FLOW * Math.abs(received)) return notes;
  notes.push(
    `relevance grew to ${scale.toExponential(1)} on its way down from ${received.toPrecision(3)}: ` +
      "the shares are differences of large numbers and say little; a larger epsilon tames them",
  );
  return notes;
}
