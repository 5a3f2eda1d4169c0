import { explainAll, lrp } from "../../lib/attribution/mod.ts";
import { wordDeletion } from "../../lib/evaluation/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Contestant, measure } from "./contest.ts";
import { type Comparison, type NamedLoad, report } from "./report.ts";
import { sstLengths, workload } from "./workload.ts";

const PRECISIONS = ["float64", "float32"] as const;
/** Shorter sentences are left out, as in the experiment. */
const LENGTH_AT_LEAST = 10;

/** Five words deleted one after the other from every sentence of the corpus, by relevance; all are classified rightly. */
export async function deletion(python: string | undefined): Promise<string> {
  const lengths = sstLengths(randomGenerator(5)).filter((length) => length >= LENGTH_AT_LEAST);
  const sizes = { inputSize: 60, hiddenSize: 60, classes: 5, vocabulary: 13000 };
  const load = workload("deletion", { ...sizes, lengths }), method = lrp({ epsilon: 0.001 });
  const examples: { input: { ids: Int32Array }; class: number }[] = [];
  for await (const { index, attribution } of explainAll(load.model, load.inputs, { method })) {
    examples.push({ input: load.inputs[index]!, class: attribution!.target.class! });
  }
  const accuracies = async (model = load.model): Promise<Float64Array> => {
    const options = { methods: [method], words: 5, atLeast: LENGTH_AT_LEAST, randomRuns: 0 };
    return (await wordDeletion(model, examples, options)).correct.accuracy.get("LRP")!;
  };
  const ours = PRECISIONS.map((precision): Contestant => {
    const model = load.model.withPrecision(precision);
    return { name: `ours ${precision}`, run: () => measure(() => accuracies(model)) };
  });
  const peers: NamedLoad[] = PRECISIONS.map((dtype) => ({
    name: `PyTorch ${dtype}`,
    kind: "torch",
    task: "deletion",
    dtype,
    sizes: [128, 256],
  }));
  peers.push({
    name: "NumPy vectorised",
    kind: "vectorised",
    task: "deletion",
    dtype: "float64",
    every: 8,
  });
  return await report(load, {
    python,
    ours,
    peers,
    values: async () => (await accuracies()).map((share) => Math.round(share * examples.length)),
    rounds: 5,
    comparisons: [
      ...PRECISIONS.map((p): Comparison => [`ours ${p}`, `PyTorch ${p}`, "cpu"]),
      ["ours float64", "NumPy vectorised", "cpu"],
    ],
  });
}
