/**
 * Time and memory of the reference engine on the shipped networks, forward and relevance, for 1 and 16 examples:
 * `deno task bench reference`.
 *
 * Each line is the median of rounds that alternate between all lines, each round in a process of its own, in which forward
 * and relevance alternate too. The engine has one thread: its own time is what it takes on an idle machine, the time on the
 * clock what it took beside whatever else ran. Memory is the most that the process held, and what it held before it loaded
 * the network. The table that is kept stands in `REFERENCE.md`.
 */
import { fashionCnn, fashionSamples, fashionVit, intentTransformer } from "../../lib/io/mod.ts";
import {
  attnLrp,
  type Composite,
  epsilonPlus,
  mergeBatchNorm,
  type Network,
  propagateRelevance,
  runNetwork,
  seedFor,
} from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { threadTime } from "./thread_time.ts";

/** Milliseconds of the thread alone, and on the clock. */
interface Times {
  readonly own: number;
  readonly clock: number;
}

interface Measured {
  readonly forward: Times;
  readonly relevance: Times;
  readonly before: number;
  readonly peak: number;
}

interface Subject {
  load(): Promise<Network>;
  input(count: number): Promise<Tensor>;
  readonly composite: Composite;
}

const [TOKENS, REPEATS, ROUNDS] = [16, 7, 3];

async function images(count: number): Promise<Tensor> {
  const { data, shape } = await fashionSamples();
  const size = 28 * 28;
  const held = data.length / size;
  if (shape.length < 2 || held < 1) throw new Error("there are no samples");
  return tensor(
    Float64Array.from({ length: count * size }, (_, i) => data[i % (held * size)]!),
    [count, 1, 28, 28],
  );
}

function tokens(count: number): Promise<Tensor> {
  const random = randomGenerator(0);
  const ids = Float64Array.from({ length: count * TOKENS }, () => Math.floor(random.uniform() * 500));
  return Promise.resolve(tensor(ids, [count, TOKENS]));
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  fashionCnn: {
    load: async () => mergeBatchNorm(await fashionCnn()),
    input: images,
    composite: epsilonPlus(),
  },
  fashionVit: { load: fashionVit, input: images, composite: attnLrp() },
  intentTransformer: { load: intentTransformer, input: tokens, composite: attnLrp() },
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const mebibytes = (bytes: number): number => bytes / 2 ** 20;

/** The most memory that this process has held. */
async function peakMemory(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return 1024 * Number(status.match(/VmHWM:\s+(\d+)/)![1]);
}

const now = (): Times => ({ own: threadTime(), clock: performance.now() });

const between = (start: Times, end: Times): Times => ({
  own: end.own - start.own,
  clock: end.clock - start.clock,
});

const medianTimes = (times: readonly Times[]): Times => ({
  own: median(times.map(({ own }) => own)),
  clock: median(times.map(({ clock }) => clock)),
});

async function measureHere(name: string, count: number): Promise<Measured> {
  const { load, input: inputOf, composite } = SUBJECTS[name]!;
  const before = Deno.memoryUsage().rss;
  const network = await load();
  const input = await inputOf(count);
  const times: Record<"forward" | "relevance", Times[]> = { forward: [], relevance: [] };
  for (let k = -1; k < REPEATS; k++) {
    const start = now();
    const run = runNetwork(network, input);
    const middle = now();
    propagateRelevance(network, run, { composite, seed: seedFor(run.output) });
    const end = now();
    if (k < 0) continue; // the first turn compiles
    times.forward.push(between(start, middle));
    times.relevance.push(between(middle, end));
  }
  return {
    forward: medianTimes(times.forward),
    relevance: medianTimes(times.relevance),
    before,
    peak: await peakMemory(),
  };
}

async function measureApart(name: string, count: number): Promise<Measured> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", import.meta.filename!, name, String(count)],
    stderr: "inherit",
  });
  const { stdout, success } = await command.output();
  if (!success) throw new Error(`${name} with ${count} examples failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The table of all networks. */
export async function referenceEngine(): Promise<string> {
  const lines = Object.keys(SUBJECTS).flatMap((name) => [1, 16].map((count) => ({ name, count })));
  const found = new Map(lines.map((line) => [line, [] as Measured[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const line of lines) found.get(line)!.push(await measureApart(line.name, line.count));
  }
  const rows = lines.map((line) => {
    const all = found.get(line)!;
    const [ahead, back] = (["forward", "relevance"] as const).map((part) => {
      const { own, clock } = medianTimes(all.map((one) => one[part]));
      return `${own.toFixed(1)} | ${clock.toFixed(1)}`;
    });
    const [before, peak] = (["before", "peak"] as const).map((part) =>
      mebibytes(median(all.map((one) => one[part]))).toFixed(0)
    );
    return `| ${[line.name, line.count, ahead, back, before, peak].join(" | ")} |`;
  });
  return [
    `load ${Deno.loadavg().map((load) => load.toFixed(1)).join(", ")}`,
    "| network | examples | forward ms | on the clock | relevance ms | on the clock | MiB before | MiB at most |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

if (import.meta.main) {
  const [name, count] = Deno.args as [string, string];
  // deno-lint-ignore no-console -- the process that asked reads it
  console.log(JSON.stringify(await measureHere(name, Number(count))));
}
