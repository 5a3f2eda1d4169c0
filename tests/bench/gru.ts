import { lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Contestant, measure } from "./contest.ts";
import { explainCorpus } from "./explain_corpus.ts";
import { type Comparison, type NamedLoad, relevanceOf, report } from "./report.ts";
import { sstLengths, workload } from "./workload.ts";

const PRECISIONS = ["float64", "float32"] as const;
/** One in so many sentences of the corpus. */
const PART = 4;

/** A bidirectional GRU on a quarter of the corpus. */
export async function gru(python: string | undefined): Promise<string> {
  const lengths = sstLengths(randomGenerator(5)).filter((_, i) => i % PART === 0);
  const sizes = { inputSize: 60, hiddenSize: 60, classes: 5, vocabulary: 13000 };
  const load = workload("gru", { ...sizes, lengths, cell: "gru" });
  const method = lrp({ epsilon: 0.001 });
  const ours = PRECISIONS.map((precision): Contestant => {
    const net = { model: load.model.withPrecision(precision), inputs: load.inputs };
    return { name: `ours ${precision}`, run: () => measure(() => explainCorpus(net, { method })) };
  });
  const peers: NamedLoad[] = PRECISIONS.map((dtype) => ({
    name: `PyTorch ${dtype}`,
    kind: "torch",
    dtype,
    sizes: [128, 256],
  }));
  peers.push({ name: "NumPy vectorised", kind: "vectorised", dtype: "float64", every: 4 });
  return await report(load, {
    python,
    ours,
    peers,
    values: () => relevanceOf(load),
    rounds: 5,
    comparisons: [
      ...PRECISIONS.map((p): Comparison => [`ours ${p}`, `PyTorch ${p}`, "cpu"]),
      ["ours float64", "NumPy vectorised", "cpu"],
    ],
  });
}
