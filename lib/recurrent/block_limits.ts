import { bestRounding, type BlockLimits, type KernelChoice, type Precision } from "../kernels/mod.ts";

/** How large blocks should be: enough rows to keep the kernels busy, and to share a reading of the weights. */
export const BLOCK_LIMITS: BlockLimits = { sequences: 64, rows: 2048 };

/** Limits for a block that is needed and for those like it: a small input alone takes little room. */
export function roomyLimits(need: BlockLimits): BlockLimits {
  const { sequences, rows } = BLOCK_LIMITS;
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
