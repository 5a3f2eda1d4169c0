import { lrp, WorkerPool } from "../../lib/attribution/mod.ts";
import { contest, type Contestant, measure } from "./contest.ts";
import { explainCorpus } from "./explain_corpus.ts";
import { type ScalingCurve, scalingPlot } from "./scaling_plot.ts";
import { workload } from "./workload.ts";

const PRECISIONS = ["float64", "float32"] as const;
const ROUNDS = 7, WARM_UP_MS = 5000;
/** A run of fewer tokens is repeated until it is long enough for the clock. */
const TOKENS_AT_LEAST = 2000;
const PICTURE = new URL("scaling.svg", import.meta.url);

/** What a point runs: sequences of one length through a net with 60 inputs. */
interface Run {
  readonly d?: number;
  readonly length: number;
  readonly count: number;
  readonly workers?: number;
}

const CURVES: Readonly<Record<string, (x: number) => Run>> = {
  "steps T": (length) => ({ length, count: Math.ceil(2000 / length) }),
  "units d": (d) => ({ d, length: 20, count: 32 }),
  "sequences": (count) => ({ length: 20, count }),
  "workers": (workers) => ({ length: 20, count: 2000, workers }),
};
const PLACES: Readonly<Record<string, readonly number[]>> = {
  "steps T": [10, 30, 100, 300, 1000, 3000, 10_000],
  "units d": [16, 32, 64, 128, 256, 512, 1024],
  "sequences": [1, 4, 16, 64, 256, 1024],
  "workers": [1, 2],
};

/** Time per token over the length of a sequence, the units, the number of sequences and the workers; draws it, too. */
export async function scalingCurves(): Promise<string> {
  const curves: ScalingCurve[] = [];
  // The optimizing compiler works beside; the first points should not pay for it.
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) {
    await microseconds({ length: 20, count: 64 });
  }
  for (const [over, runOf] of Object.entries(CURVES)) {
    const x = PLACES[over]!, found: number[][] = [];
    for (const at of x) found.push(await microseconds(runOf(at)));
    PRECISIONS.forEach((precision, i) =>
      curves.push({ over, precision, x, y: found.map((pair) => pair[i]!) })
    );
  }
  await Deno.writeTextFile(PICTURE, await scalingPlot(curves).toSVG());
  const rows = curves.flatMap(({ over, precision, x, y }) =>
    x.map((at, i) => `| ${over}, ${precision} | ${at} | ${y[i]!.toFixed(2)} |`)
  );
  return ["| over | at | µs per token |", "| --- | ---: | ---: |", ...rows].join("\n");
}

/** Microseconds per token in each precision: of the processor, or of the clock where the number of workers is given. */
async function microseconds({ d = 60, length, count, workers }: Run): Promise<number[]> {
  const { model, inputs } = workload("scaling", {
    inputSize: 60,
    hiddenSize: d,
    classes: 5,
    vocabulary: 2000,
    lengths: new Array<number>(count).fill(length),
  });
  const times = Math.ceil(TOKENS_AT_LEAST / (length * count)), method = lrp({ epsilon: 0.001 });
  using pool = new WorkerPool(workers ?? 1);
  const contestants = PRECISIONS.map((precision): Contestant => {
    const net = { model: model.withPrecision(precision), inputs };
    return {
      name: precision,
      run: () =>
        measure(async () => {
          for (let i = 0; i < times; i++) await explainCorpus(net, { method, workers: pool });
        }),
    };
  });
  const results = await contest(contestants, { rounds: ROUNDS }), by = workers === undefined ? "cpu" : "wall";
  // The fastest round: what disturbs one only makes it slower.
  return results.map(({ rounds }) =>
    1000 * Math.min(...rounds.map((round) => round[by])) / (times * length * count)
  );
}
