/**
 * A program that explains with the kernels it gets and prints what came out, for tests that run it elsewhere: in a process
 * without permissions, in a worker, in a browser.
 */
import { contextualDecomposition, explain, explainAll, lrp } from "../../lib/attribution/mod.ts";
import { bestRounding } from "../../lib/kernels/mod.ts";
import { lstmClassifier, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** What the program found. */
export interface KernelsReport {
  /** How the compiled kernels round; nothing where the TypeScript ones run. */
  readonly rounding: string | undefined;
  /** Relevance of one sequence by itself, in float64 and in float32. */
  readonly alone: readonly number[][];
  /** The same in float64 by a rule at which gates take a part. */
  readonly shared: readonly number[];
  /** What each token brings in by contextual decomposition, in float64. */
  readonly decomposed: readonly number[];
  /** Relevance of several sequences. */
  readonly together: readonly number[][];
  /** How the account of the first closes. */
  readonly gap: number;
}

/** Numbers that are the same everywhere, between -1 and 1. */
function numbers(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: size }, (_, i) => Math.sin(7 * seed + 3.7 * i)), shape);
}

function classifier(): RecurrentClassifier {
  const direction = (
    d: number,
    e: number,
    seed: number,
  ): Record<"inputWeights" | "recurrentWeights", Tensor> => ({
    inputWeights: numbers([4 * d, e], seed),
    recurrentWeights: numbers([4 * d, d], seed + 1),
  });
  return lstmClassifier({
    layers: [
      { forward: direction(5, 3, 1), reverse: direction(5, 3, 3) },
      { forward: direction(4, 10, 5), reverse: direction(4, 10, 7) },
    ],
    output: { weights: numbers([3, 8], 9) },
    embeddings: numbers([11, 3], 10),
  });
}

/** Explains. */
export async function kernelsProgram({ workers }: { readonly workers: number }): Promise<KernelsReport> {
  const model = classifier(), method = lrp({ epsilon: 0.01, biasFactor: 1 });
  const inputs = Array.from({ length: 9 }, (_, i) => ({
    ids: Int32Array.from({ length: 1 + i % 5 }, (_, t) => (3 * i + t) % 11),
  }));
  const first = explain(model, inputs[4]!, { method });
  const single = explain(model.withPrecision("float32"), inputs[4]!, { method });
  const shared = explain(model, inputs[4]!, {
    method: lrp({ epsilon: 0.01, biasFactor: 0.5, productRule: "prop" }),
  });
  const decomposed = explain(model, inputs[4]!, { method: contextualDecomposition() });
  const together: number[][] = [];
  for await (const { attribution, error } of explainAll(model, inputs, { method, workers })) {
    if (error) throw error;
    together.push([...attribution.tokenRelevance]);
  }
  return {
    rounding: bestRounding(),
    alone: [first, single].map(({ relevance }) => [...relevance.data]),
    shared: [...shared.relevance.data],
    decomposed: [...decomposed.tokenRelevance],
    together,
    gap: first.ledger!.relativeGap,
  };
}
