import { explain, lrp, WorkerPool } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { contest, type Contestant, measure } from "./contest.ts";
import { explainCorpus } from "./explain_corpus.ts";
import { fmaCeiling, multiplyAdds } from "./fma.ts";
import { type Comparison, type NamedLoad, relevanceOf, report } from "./report.ts";
import { sstLengths, type Workload, workload } from "./workload.ts";

const method = lrp({ epsilon: 0.001 });
const PRECISIONS = ["float64", "float32"] as const;
type Precision = (typeof PRECISIONS)[number];

/** One sentence of 19 tokens, everything warm. */
export async function oneSentence(python: string | undefined): Promise<string> {
  const load = workload("one", { inputSize: 60, hiddenSize: 60, classes: 5, vocabulary: 100, lengths: [19] });
  const times = 200;
  const ours = PRECISIONS.map((precision): Contestant => {
    const model = load.model.withPrecision(precision);
    const run = (count: number): void => {
      for (let i = 0; i < count; i++) explain(model, load.inputs[0]!, { method });
    };
    // The optimizing compiler works beside, and is done when it is done.
    run(50 * times);
    return { name: `ours ${precision}`, run: () => measure(() => run(times)) };
  });
  const peers = PRECISIONS.flatMap((dtype) => [
    ...(dtype === "float64" ? [{ name: "NumPy per sentence", kind: "per_sentence" as const, dtype }] : []),
    { name: `NumPy vectorised ${dtype}`, kind: "vectorised" as const, dtype },
    { name: `PyTorch ${dtype}`, kind: "torch" as const, dtype, sizes: [1] },
  ]);
  return await report(load, {
    python,
    ours,
    peers,
    times,
    values: () => relevanceOf(load),
    rounds: 11,
    comparisons: PRECISIONS.flatMap((p): Comparison[] => [
      [`ours ${p}`, "NumPy per sentence", "cpu"],
      [`ours ${p}`, `NumPy vectorised ${p}`, "cpu"],
      [`ours ${p}`, `PyTorch ${p}`, "cpu"],
    ]),
  });
}

/** A corpus of the size of the SST test set. */
export async function corpus(python: string | undefined): Promise<string> {
  const lengths = sstLengths(randomGenerator(5));
  const load = workload("corpus", { inputSize: 60, hiddenSize: 60, classes: 5, vocabulary: 13000, lengths });
  const parts = { python, rounds: 9, sizes: [128, 256], reference: true };
  const tables = [
    await compareBatches(load, { ...parts, detail: "tokens" }),
    await compareBatches(load, { ...parts, detail: "inputs" }),
  ];
  return [...tables, await efficiency(load, { inputSize: 60, hiddenSize: 60 })].join("\n\n");
}

/** A net with 300 inputs and 512 units per direction, on 64 sequences of 50. */
export async function largeNet(python: string | undefined): Promise<string> {
  const lengths = new Array<number>(64).fill(50);
  const load = workload("large", { inputSize: 300, hiddenSize: 512, classes: 5, vocabulary: 3000, lengths });
  const parts = { python, rounds: 5, sizes: [64], reference: false };
  const tokens = await compareBatches(load, { ...parts, detail: "tokens" });
  return `${tokens}\n\n${await compareBatches(load, { ...parts, detail: "inputs" })}`;
}

type Detail = "tokens" | "inputs";

async function compareBatches(load: Workload, { python, rounds, sizes, reference, detail }: {
  python: string | undefined;
  detail: Detail;
  rounds: number;
  sizes: readonly number[];
  reference: boolean;
}): Promise<string> {
  const task = detail === "tokens" ? "tokens" as const : "relevance" as const;
  const halves = sizes.map((size) => Math.min(size, Math.ceil(load.inputs.length / 2)));
  const values = (): Promise<Float64Array> => relevanceOf(load, detail);
  const texts = [DELIVERED[detail]];
  // As the processes of PyTorch, the threads are there before.
  using pool = new WorkerPool(2);
  for (const precision of PRECISIONS) {
    const torch = (threads: number): NamedLoad => ({
      name: `PyTorch ${precision}, ${threads} threads`,
      kind: "torch",
      task,
      dtype: precision,
      threads,
      sizes,
    });
    const pair = { ...torch(1), name: `PyTorch ${precision}, 2 processes`, parts: 2, sizes: halves };
    const comparisons: Comparison[] = [
      [`ours ${precision}, 1 worker`, `PyTorch ${precision}, 1 threads`, "cpu"],
      [`ours ${precision}, 1 worker`, `PyTorch ${precision}, 1 threads`, "wall"],
      [`ours ${precision}, 2 workers`, `PyTorch ${precision}, 2 threads`, "wall"],
      [`ours ${precision}, 2 workers`, `PyTorch ${precision}, 2 processes`, "wall"],
    ];
    const ours = [1, pool].map((workers) => oursAll(load, { precision, workers, detail }));
    texts.push(
      await report(load, { python, ours, peers: [torch(1), torch(2), pair], values, rounds, comparisons }),
    );
  }
  if (reference) {
    const numpy = { task, dtype: "float64" } as const, name = "ours float64, 1 worker";
    texts.push(
      await report(load, {
        python,
        ours: [oursAll(load, { precision: "float64", workers: 1, detail })],
        peers: [
          { ...numpy, name: "NumPy vectorised", kind: "vectorised", every: 8 },
          { ...numpy, name: "NumPy per sentence", kind: "per_sentence", every: 40 },
        ],
        values,
        rounds,
        comparisons: [[name, "NumPy vectorised", "cpu"], [name, "NumPy per sentence", "cpu"]],
      }),
    );
  }
  return texts.join("\n\n");
}

/** What both sides do. */
const DELIVERED: Record<Detail, string> = {
  tokens:
    "Delivered: scores and the relevance of every word. All keep the weights and, as far as they have room for " +
    "them, the projections of words from run to run; PyTorch in the fastest of its ways and batch sizes.",
  inputs:
    "Delivered: scores and the relevance of every number of every word's vector. PyTorch projects the words of " +
    "each batch, ours each word once.",
};

function oursAll(
  { model, inputs }: Workload,
  { precision, workers, detail }: { precision: Precision; workers: number | WorkerPool; detail: Detail },
): Contestant {
  const net = model.withPrecision(precision);
  return {
    name: `ours ${precision}, ${workers === 1 ? "1 worker" : "2 workers"}`,
    run: () => measure(() => explainCorpus({ model: net, inputs }, { method, workers, detail })),
  };
}

/** How much of what the machine can do on 128-bit vectors the corpus gets, in one thread. */
async function efficiency(load: Workload, sizes: { inputSize: number; hiddenSize: number }): Promise<string> {
  const tokens = load.inputs.reduce((sum, { ids }) => sum + ids.length, 0);
  const lines: string[] = [];
  for (const precision of PRECISIONS) {
    const ceiling = await fmaCeiling(precision);
    const [result] = await contest([oursAll(load, { precision, workers: 1, detail: "inputs" })], {
      rounds: 7,
    });
    const shareOf = (products: number): string =>
      (100 * 2 * tokens * products / result!.cpu / 1e6 / ceiling).toFixed(0);
    const { inputSize: e, hiddenSize: d } = sizes;
    // Of the projections, those of the words seen before are not computed again.
    const computed = 2 * (5 * d * d + d * e);
    lines.push(
      `${precision}, every number: the matrix products of the formulas, at the ceiling of ${
        ceiling.toFixed(1)
      } ` +
        `Gflop/s, take ${shareOf(multiplyAdds(sizes))} % of the time; those that are computed ${
          shareOf(computed)
        } %`,
    );
  }
  return lines.join("\n");
}
