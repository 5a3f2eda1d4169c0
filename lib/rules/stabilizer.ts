import type { Ops } from "../ops/mod.ts";
import { described } from "../described.ts";
import { requireOptions } from "../options.ts";

/** How a denominator is kept away from zero; peers differ in every one of these. */
export interface Stabilizer {
  /** How far, in units of the pre-activation (or of its root mean square, see `scale`). */
  readonly epsilon: number;
  /**
   * The sign with which ε is added: the sign of `z`, with `plus`, `minus` or nothing at exactly 0 (`zero`), or
   * always plus (`none`).
   */
  readonly sign: "plus" | "minus" | "zero" | "none";
  /** What happens at `z = 0`: the denominator is what the sign makes it, or ε, or the relevance is dropped. */
  readonly atZero: "sign" | "epsilon" | "drop";
  /** Whether |z| is raised to ε only where it is smaller, instead of ε added everywhere. */
  readonly clip: boolean;
  /** Whether ε is in units of `z`, or of the root mean square of `z` over all axes but the first. */
  readonly scale: "absolute" | "rms";
}

/** An ε for the sign of `z`, with plus at 0, or a whole stabilizer, or the parts in which it differs from that. */
export type StabilizerOptions = number | Partial<Stabilizer>;

/**
 * A stabilizer from the parts that are given; the rest is `z + ε sign(z)` with `sign(0) = +1` and ε 1e-6.
 *
 * @throws {TypeError} If a part is misspelt.
 * @throws {RangeError} If ε is negative or not finite, or another part has none of its values.
 *
 * @example The sign at zero
 * ```ts
 * import { stabilizer } from "@relprop/lrp/rules";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(stabilizer(0.1).sign, "plus");
 * assertEquals(stabilizer({ sign: "none" }).epsilon, 1e-6);
 * ```
 */
export function stabilizer(options: StabilizerOptions = {}): Stabilizer {
  const given = typeof options === "object" && options !== null ? options : { epsilon: options };
  requireOptions(given, {
    action: "stabilize a denominator",
    known: ["epsilon", "sign", "atZero", "clip", "scale"],
    choices: {
      sign: ["plus", "minus", "zero", "none"],
      atZero: ["sign", "epsilon", "drop"],
      clip: [true, false],
      scale: ["absolute", "rms"],
    },
  });
  const whole: Stabilizer = {
    epsilon: 1e-6,
    sign: "plus",
    atZero: "sign",
    clip: false,
    scale: "absolute",
    ...given,
  };
  if (!(whole.epsilon >= 0 && Number.isFinite(whole.epsilon))) {
    throw new RangeError(
      `Cannot stabilize a denominator: epsilon must be a finite number >= 0, got ${described(whole.epsilon)}`,
    );
  }
  return Object.freeze(whole);
}

/**
 * `z` kept away from zero.
 *
 * ```text
 * z + sign(z) · ε          max(|z|, ε) · sign(z) with `clip`
 * ```
 *
 * **Shapes** z `[…]` -> the same. **Units** of z.
 *
 * @example ε 1, with the sign plus at 0
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { stabilizer } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...stabilize(eagerOps, tensor([0, 2, -2]), stabilizer(1)).data], [1, 3, -3]);
 * ```
 */
export function stabilize<T>(ops: Ops<T>, z: T, guard: Stabilizer): T {
  const { epsilon, sign, atZero, clip, scale } = guard;
  const size = scale === "absolute"
    ? epsilon
    : ops.multiply(ops.sqrt(ops.mean(ops.multiply(z, z), ops.shape(z).map((_, i) => i).slice(1))), epsilon);
  const signs = signsOf(ops, z, sign);
  const guarded = clip
    ? ops.multiply(signs, ops.maximum(ops.absolute(z), size))
    : ops.add(z, ops.multiply(signs, size));
  return atZero === "epsilon" ? ops.where(ops.equal(z, 0), size, guarded) : guarded;
}

function signsOf<T>(ops: Ops<T>, z: T, sign: Stabilizer["sign"]): T | number {
  switch (sign) {
    case "plus":
      return ops.subtract(1, ops.multiply(ops.greater(0, z), 2));
    case "minus":
      return ops.subtract(ops.multiply(ops.greater(z, 0), 2), 1);
    case "zero":
      return ops.subtract(ops.greater(z, 0), ops.greater(0, z));
    case "none":
      return 1;
  }
}

/**
 * `relevance / z` with the denominator kept away from zero.
 *
 * **Shapes** relevance and z `[…]` -> the same; 0 where z is 0 and the stabilizer says `drop`.
 *
 * @example
 * ```ts
 * import { eagerOps } from "@relprop/lrp/ops";
 * import { stabilizer, stableRatio } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const ratio = stableRatio(eagerOps, tensor([6, 6]), tensor([2, 0]), stabilizer({ epsilon: 1, atZero: "drop" }));
 * assertEquals([...ratio.data], [2, 0]); // 6 / (2 + 1), and dropped
 * ```
 */
export function stableRatio<T>(ops: Ops<T>, relevance: T, z: T, guard: Stabilizer): T {
  const ratio = ops.divide(relevance, stabilize(ops, z, guard));
  return guard.atZero === "drop" ? ops.where(ops.equal(z, 0), 0, ratio) : ratio;
}
