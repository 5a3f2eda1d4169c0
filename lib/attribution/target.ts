/**
 * What is to be explained: the predicted class, a class by number or label, the contrast of two classes, or any
 * weighting of the scores.
 */
export type Target =
  | "predicted"
  | number
  | { readonly label: string }
  | { readonly contrast: readonly [number, number] }
  | { readonly weights: ArrayLike<number> };

/** A target as numbers: how much each score counts. */
export interface ResolvedTarget {
  /** How pictures and tables call it. */
  readonly name: string;
  /** The factor of each score, `[K]`. */
  readonly weights: Float64Array;
  /** The class, where the target is one class. */
  readonly class?: number;
}

/**
 * Turns a target into one factor per score.
 *
 * **Shapes** scores `[K]` -> weights `[K]`.
 *
 * @param scores The scores, `[K]`; `"predicted"` takes the first of the highest.
 * @param labels The names of the classes, `[K]`.
 * @throws {RangeError} If a class does not exist, or `weights` are not one finite number per class.
 *
 * @example The contrast of class 2 against class 0
 * ```ts
 * import { resolveTarget } from "@relprop/lrp/attribution";
 * import { assertEquals } from "@std/assert";
 *
 * const target = resolveTarget({ contrast: [2, 0] }, [0.5, 0.1, 0.4], ["a", "b", "c"]);
 * assertEquals(target.name, "c - a");
 * assertEquals([...target.weights], [-1, 0, 1]);
 * ```
 */
export function resolveTarget(
  target: Target,
  scores: ArrayLike<number>,
  labels: readonly string[],
): ResolvedTarget {
  if (target === "predicted") return oneClass(argmax(scores), labels);
  if (typeof target === "number") return oneClass(target, labels);
  if (typeof target === "object" && target !== null) {
    if ("label" in target) {
      const index = labels.indexOf(target.label);
      if (index < 0) {
        throw new RangeError(
          `Cannot attribute a label: it must be one of ${labels.join(", ")}, got ${
            JSON.stringify(target.label)
          }`,
        );
      }
      return oneClass(index, labels);
    }
    if ("contrast" in target && Array.isArray(target.contrast)) {
      const [first, second] = target.contrast;
      const weights = new Float64Array(labels.length);
      weights[requireClass(first, labels)]! += 1;
      weights[requireClass(second, labels)]! -= 1;
      return { name: `${labels[first]} - ${labels[second]}`, weights };
    }
    if ("weights" in target && target.weights) {
      const weights = Float64Array.from(target.weights);
      if (weights.length !== labels.length || !weights.every(Number.isFinite)) {
        throw new RangeError(
          `Cannot attribute weighted scores: weights must be ${labels.length} finite numbers, got ${
            weights.join(", ")
          }`,
        );
      }
      return { name: "weighted scores", weights };
    }
  }
  throw new TypeError(
    `Cannot attribute: the target must be "predicted", a class, { label }, { contrast } or { weights }, got ${
      JSON.stringify(target)
    }`,
  );
}

/**
 * The place of the first of the highest scores.
 *
 * **Shapes** scores `[K]`, K at least 1.
 *
 * @example Two equals
 * ```ts
 * import { argmax } from "@relprop/lrp/attribution";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(argmax([1, 3, 3]), 1);
 * ```
 */
export function argmax(scores: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k]! > scores[best]!) best = k;
  return best;
}

/** The sum of scores that a target asks for. */
export function weighted(scores: Float64Array, { weights }: ResolvedTarget): number {
  return scores.reduce((sum, score, k) => sum + score * weights[k]!, 0);
}

function oneClass(index: number, labels: readonly string[]): ResolvedTarget {
  const weights = new Float64Array(labels.length);
  weights[requireClass(index, labels)] = 1;
  return { name: labels[index]!, weights, class: index };
}

function requireClass(index: number, labels: readonly string[]): number {
  if (Number.isInteger(index) && index >= 0 && index < labels.length) return index;
  throw new RangeError(
    `Cannot attribute class ${index}: the network has ${labels.length} classes, numbered 0 to ${
      labels.length - 1
    }`,
  );
}
