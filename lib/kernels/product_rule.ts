import type { RelevanceOptions } from "./lstm_relevance.ts";

/**
 * How relevance is shared at a product of a gate and a signal: all to the signal, half and half, in proportion to the
 * pre-activations, or in proportion to their absolute values.
 */
export type ProductRule = "all" | "half" | "prop" | "abs";

/** How relevance is shared at the linear steps of a recurrent layer and at its products. */
export interface ProductRelevanceOptions extends RelevanceOptions {
  /** What gate and signal get. Default `"all"`. */
  readonly productRule?: ProductRule;
}

/** The rules by which gates take a part, as the kernels know them. */
export const PRODUCT_CODES = { half: 1, prop: 2, abs: 3 } as const;

/** The share of the gate with pre-activation `gate` in its product with a signal of pre-activation `signal`. */
export function gateShare(gate: number, signal: number, options: ProductRelevanceOptions): number {
  return (options.productRule ?? "all") === "all" ? 0 : shareOf(gate, signal, options);
}

/** The share of the signal in the same product. */
export function signalShare(gate: number, signal: number, options: ProductRelevanceOptions): number {
  return (options.productRule ?? "all") === "all" ? 1 : shareOf(signal, gate, options);
}

function shareOf(
  own: number,
  other: number,
  { productRule, epsilon, biasFactor }: ProductRelevanceOptions,
): number {
  if (productRule === "half") return 0.5;
  const part = productRule === "abs" ? Math.abs(own) : own;
  const total = productRule === "abs" ? Math.abs(own) + Math.abs(other) : own + other;
  const stabilizer = total >= 0 ? epsilon : -epsilon;
  return (part + biasFactor * stabilizer / 2) / (total + stabilizer);
}
