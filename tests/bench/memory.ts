import { explainAll, lrp } from "../../lib/attribution/mod.ts";
import { Arena } from "../../lib/kernels/arena.ts";
import { bytesOf, takeRoom, takeSlot } from "../../lib/kernels/block_room.ts";
import { SLOTS_PER_WORKER } from "../../lib/kernels/block_engine.ts";
import { packedNetworkSize, packNetwork } from "../../lib/kernels/packed_network.ts";
import { randomGenerator } from "../../lib/random.ts";
import { blockLimits } from "../../lib/recurrent/block_limits.ts";
import { networkWeights } from "../../lib/recurrent/network_weights.ts";
import { sstLengths, type Workload, workload } from "./workload.ts";

const COUNTS = [2210, 10_000, 40_000, 100_000];
const MEBIBYTE = 2 ** 20;

/** What is explained over and over. */
export function memoryCorpus(): Workload {
  const lengths = sstLengths(randomGenerator(5));
  return workload("memory", { inputSize: 60, hiddenSize: 60, classes: 5, vocabulary: 13_000, lengths });
}

/** What one worker has for its blocks, over the states of one block: gates, candidate, cell and hidden, two directions. */
export function roomOverStates({ model }: Pick<Workload, "model">): number {
  const weights = networkWeights(model)!, limits = blockLimits(weights), size = 8;
  const arena = new Arena((packedNetworkSize(weights) + 4096) * size, {
    precision: "float64",
    rounding: "fused",
  });
  const network = packNetwork(arena, weights);
  const tokens = { slots: 0, values: 0, projections: [], commands: 0 };
  const room = bytesOf(size, (allocator) => {
    takeRoom(allocator, network, { limits, tokens });
    for (let slot = 0; slot < SLOTS_PER_WORKER; slot++) takeSlot(allocator, network, limits);
  });
  const states = network.layers.flat().reduce((sum, { units }) => sum + 7 * units * limits.rows * size, 0);
  return room / states;
}

/** How far resident memory grows, in MiB, while so many inputs are explained. */
async function grown(count: number): Promise<number> {
  const { model, inputs } = memoryCorpus(),
    net = model.withPrecision("float32"),
    before = Deno.memoryUsage().rss;
  function* stream(): Generator<(typeof inputs)[number]> {
    for (let i = 0; i < count; i++) yield inputs[i % inputs.length]!;
  }
  let most = 0, seen = 0;
  for await (
    const { error } of explainAll(net, stream(), { method: lrp({ epsilon: 0.001 }), detail: "tokens" })
  ) {
    if (error) throw error;
    if (++seen % 500 === 0) most = Math.max(most, Deno.memoryUsage().rss);
  }
  return (most - before) / MEBIBYTE;
}

async function inOwnProcess(count: number): Promise<number> {
  const args = ["run", "--allow-all", "--no-check", new URL(import.meta.url).pathname, `${count}`];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Resident memory over the number of inputs, each count in a process of its own. */
export async function memory(): Promise<string> {
  const lines = ["| inputs | MiB more |", "| ---: | ---: |"];
  for (const count of COUNTS) {
    const more = await inOwnProcess(count);
    lines.push(`| ${count} | ${more.toFixed(0)} |`);
  }
  lines.push(
    "",
    `A worker's room is ${roomOverStates(memoryCorpus()).toFixed(2)} times the states of a block.`,
  );
  return lines.join("\n");
}

// deno-lint-ignore no-console -- its answer
if (import.meta.main) console.log(JSON.stringify(await grown(Number(Deno.args[0]))));
