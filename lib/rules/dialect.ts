import { type Stabilizer, stabilizer } from "./stabilizer.ts";

/** The names of the peers whose conventions can be taken over. */
export type DialectName = "zennit" | "captum" | "lxt" | "arras";

/** The conventions of one peer, together: they decide the last digits, and sometimes the first. */
export interface Dialect {
  /** Whose. */
  readonly name: DialectName;
  /** The relevance that a score starts with: 1, or the score itself; a composite takes it from its dialect. */
  readonly seed: "one" | "score";
  /** The denominator of dense layers and convolutions. */
  readonly linear: Stabilizer;
  /** The denominator of sums. */
  readonly sum: Stabilizer;
  /** The denominator of averages. */
  readonly mean: Stabilizer;
  /** What the denominator of an average is: the mean, or the sum of its terms. */
  readonly meanOf: "mean" | "sum";
  /** The denominator of products of two signals. */
  readonly matmul: Stabilizer;
  /** The denominator of normalizations. */
  readonly normalization: Stabilizer;
  /** Whether gamma and alpha-beta look at the signs of inputs too, or at those of weights only. */
  readonly signs: "inputs and weights" | "weights";
}

const plus = (epsilon: number): Omit<Dialect, "name" | "seed" | "signs"> => {
  const guard = stabilizer(epsilon);
  return { linear: guard, sum: guard, mean: guard, meanOf: "mean", matmul: guard, normalization: guard };
};
const unsigned = (epsilon: number): Stabilizer => stabilizer({ epsilon, sign: "none" });

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  zennit: { name: "zennit", seed: "one", ...plus(1e-6), signs: "inputs and weights" },
  captum: { name: "captum", seed: "score", ...plus(1e-9), signs: "weights" },
  lxt: {
    name: "lxt",
    seed: "score",
    linear: unsigned(1e-6),
    sum: unsigned(1e-8),
    mean: unsigned(1e-6),
    meanOf: "sum",
    matmul: unsigned(1e-8),
    normalization: unsigned(1e-6),
    signs: "inputs and weights",
  },
  arras: { name: "arras", seed: "score", ...plus(1e-3), signs: "inputs and weights" },
};

/**
 * The conventions of a peer: stabilizers, what gamma and alpha-beta look at, and what a score starts with.
 *
 * @throws {RangeError} If no dialect has this name.
 *
 * @example LXT adds ε without a sign
 * ```ts
 * import { dialect } from "@relprop/lrp/rules";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dialect("lxt").linear.sign, "none");
 * assertEquals(dialect("arras").linear.epsilon, 1e-3);
 * ```
 */
export function dialect(name: DialectName): Dialect {
  const found = DIALECTS[name];
  if (found === undefined) {
    throw new RangeError(
      `Cannot choose a dialect: the name must be one of ${Object.keys(DIALECTS).join(", ")}, got ${
        JSON.stringify(name)
      }`,
    );
  }
  return Object.freeze(found);
}
