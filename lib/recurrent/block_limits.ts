import {
  bestRounding,
  type BlockLimits,
  type KernelChoice,
  type NetworkWeights,
  type Precision,
} from "../kernels/mod.ts";

/** Weights of more numbers than this do not stay in the cache from step to step: more rows must share a reading. */
const LARGE = 2 ** 18;

/** Steps of a block beyond which the memory for it is not kept for the next. */
export const LONGEST_KEPT = 4096;

/** How large blocks should be: enough rows to keep the kernels busy, few enough that their states take little room. */
export function blockLimits({ layers }: NetworkWeights): BlockLimits {
  const largest = Math.max(...layers.map(({ forward }) => forward.recurrentWeights.length));
  return largest > LARGE ? { sequences: 64, rows: 2048 } : { sequences: 32, rows: 1024 };
}

/** Limits for a block that is needed and for those like it: a small input alone takes little room. */
export function roomyLimits(network: NetworkWeights, need: BlockLimits): BlockLimits {
  const { sequences, rows } = blockLimits(network);
  return {
    sequences: Math.max(sequences, need.sequences),
    rows: need.rows > rows / 4 ? Math.max(rows, need.rows) : 2 * need.rows,
  };
}

/** How the block kernels count; nothing where the engine cannot run them. */
export function blockChoice(precision: Precision): KernelChoice | undefined {
  const rounding = bestRounding();
  return rounding && { precision, rounding };
}
