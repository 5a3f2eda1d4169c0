import { compileAssembly } from "../support/build_kernels.ts";
import { measure } from "./contest.ts";

const ROUNDS = 20_000, CHAINS = 10, LANES = { float32: 4, float64: 2 };

/** The most Gflop/s that one thread does on 128-bit vectors, from a loop of independent multiply-adds. */
export async function fmaCeiling(precision: "float32" | "float64"): Promise<number> {
  const bytes = await compileAssembly("tests/bench/fma.as.ts", ["--enable", "relaxed-simd"]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { abort: () => {} } });
  const run = exports[precision] as (rounds: number, scale: number) => number;
  let best = 0;
  for (let repeat = 0; repeat < 40; repeat++) {
    const { cpu } = await measure(() => {
      for (let i = 0; i < 100; i++) run(ROUNDS, 1e-3);
    });
    best = Math.max(best, 2 * 100 * ROUNDS * CHAINS * LANES[precision] / cpu / 1e6);
    // The optimizing compiler works beside; let it deliver.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return best;
}

/** Multiply-adds of the matrix products of one token: forward in all gates, back through the candidate; two directions. */
export function multiplyAdds(
  { inputSize, hiddenSize }: { inputSize: number; hiddenSize: number },
): number {
  return 2 * (4 + 1) * hiddenSize * (inputSize + hiddenSize);
}
