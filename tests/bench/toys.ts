import { mean, median } from "../../lib/statistics.ts";
import { arithmeticTask, type TrainingJob, trainMany } from "../../lib/training/mod.ts";
import { contest, type Contestant, measure } from "./contest.ts";

/** Nets, epochs, and how many nets the peer trains: the time of all follows from that. */
const NETS = 50, EPOCHS = 4, NETS_OF_PEER = 3;
const BATCH = 20, RATE = 0.003, EXAMPLES = 10_000;

interface PeerNet {
  readonly wall: number;
  readonly cpu: number;
  readonly loss: number;
  readonly version: string;
}

/** Fifty nets with one LSTM unit that learn to add two numbers of a sequence, in float64. */
export async function toys(python: string | undefined): Promise<string> {
  const training = arithmeticTask("addition", { count: EXAMPLES, lengths: [4, 5, 6, 7, 8, 9, 10], seed: 1 });
  const jobs = Array.from({ length: NETS }, (_, seed): TrainingJob => ({
    description: { kind: "lstm", inputSize: 2, hiddenSizes: [1], outputs: 1, outputBias: false },
    seed,
    options: {
      loss: "squaredError",
      optimizer: { name: "adam", learningRate: RATE },
      epochs: EPOCHS,
      batchSize: BATCH,
      seed,
    },
  }));
  let loss = 0;
  const results = await contest(
    [1, 2].map((workers): Contestant => ({
      name: `ours, ${workers} worker${workers > 1 ? "s" : ""}`,
      run: () =>
        measure(async () => {
          const trained = await trainMany(jobs, { training }, { workers });
          loss = mean(trained.map(({ history }) => history.at(-1)!.trainingLoss));
        }),
    })),
    { rounds: 3, warmUps: 1 },
  );
  const lines = [
    `${NETS} nets, ${EPOCHS} epochs of ${EXAMPLES} sequences; mean loss of the last ${loss.toFixed(3)}`,
    "",
    "| | wall ms | cpu ms |",
    "| --- | ---: | ---: |",
    ...results.map(({ name, wall, cpu }) => `| ${name} | ${wall.toFixed(0)} | ${cpu.toFixed(0)} |`),
  ];
  if (python === undefined) return lines.join("\n");
  const nets = await trainedByPeer(python, training);
  const all = (by: "wall" | "cpu"): number => NETS * median(nets.map((net) => net[by]));
  lines[0] += `; PyTorch ${nets[0]!.version} ${mean(nets.map((net) => net.loss)).toFixed(3)}`;
  lines.push(
    `| PyTorch, from ${nets.length} nets | ${all("wall").toFixed(0)} | ${all("cpu").toFixed(0)} |`,
    "",
  );
  lines.push(
    `ours on 1 worker is ${(all("cpu") / results[0]!.cpu).toFixed(1)} times faster by processor time`,
  );
  return lines.join("\n");
}

async function trainedByPeer(
  python: string,
  training: readonly { readonly values: Float64Array; readonly target: Float64Array }[],
): Promise<PeerNet[]> {
  const folder = await Deno.makeTempDir();
  const write = (name: string, numbers: Float64Array | Int32Array): Promise<void> =>
    Deno.writeFile(`${folder}/${name}`, new Uint8Array(numbers.buffer as ArrayBuffer));
  await write("values.f64", Float64Array.from(training.flatMap(({ values }) => [...values])));
  await write("targets.f64", Float64Array.from(training, ({ target }) => target[0]!));
  await write("lengths.i32", Int32Array.from(training, ({ values }) => values.length / 2));
  const program = new URL("peers_training.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [program, folder, `${NETS_OF_PEER}`, `${EPOCHS}`, `${BATCH}`, `${RATE}`],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" },
  }).output();
  await Deno.remove(folder, { recursive: true });
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`Cannot measure the training of a peer: ${text(stderr)}`);
  return text(stdout).trim().split("\n").map((line) => JSON.parse(line));
}
