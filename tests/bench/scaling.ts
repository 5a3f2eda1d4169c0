import { explainAll, lrp } from "../../lib/attribution/mod.ts";
import { contest, measure } from "./contest.ts";
import { workload } from "./workload.ts";

const method = lrp({ epsilon: 0.001 });
const repeated = (length: number, count: number): number[] => new Array<number>(count).fill(length);

/** One point: microseconds of the clock per token. */
interface Point {
  readonly curve: string;
  readonly x: number;
  readonly microseconds: number;
}

/** Time per token over the length of a sequence, the units, the number of sequences and the workers. */
export async function scalingCurves(): Promise<string> {
  const points: Point[] = [];
  const add = async (curve: string, x: number, sizes: {
    d?: number;
    lengths: readonly number[];
    workers?: number;
  }): Promise<void> => {
    const { d = 60, lengths, workers = 1 } = sizes;
    const { model, inputs } = workload(curve, {
      inputSize: 60,
      hiddenSize: d,
      classes: 5,
      vocabulary: 2000,
      lengths,
    });
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    for (const precision of ["float64", "float32"] as const) {
      const net = model.withPrecision(precision);
      const run = (): ReturnType<typeof measure> =>
        measure(async () => {
          for await (const { error } of explainAll(net, inputs, { method, workers })) if (error) throw error;
        });
      const [result] = await contest([{ name: curve, run }], { rounds: 5 });
      points.push({ curve: `${curve}, ${precision}`, x, microseconds: 1000 * result!.wall / tokens });
    }
  };
  for (const length of [10, 30, 100, 300, 1000, 3000, 10_000]) {
    await add("T", length, { lengths: repeated(length, Math.ceil(2000 / length)) });
  }
  for (const d of [16, 32, 64, 128, 256, 512, 1024]) await add("d", d, { d, lengths: repeated(20, 32) });
  for (const count of [1, 4, 16, 64, 256, 1024]) await add("batch", count, { lengths: repeated(20, count) });
  for (const workers of [1, 2]) await add("workers", workers, { lengths: repeated(20, 2000), workers });
  const lines = points.map(({ curve, x, microseconds }) =>
    `| ${curve} | ${x} | ${microseconds.toFixed(2)} |`
  );
  return ["| over | at | µs per token |", "| --- | ---: | ---: |", ...lines].join("\n");
}
