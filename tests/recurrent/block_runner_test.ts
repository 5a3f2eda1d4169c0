import { assertEquals } from "@std/assert";
import type { BlockItem } from "../../lib/kernels/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { blockChoice } from "../../lib/recurrent/block_limits.ts";
import { BlockRunner } from "../../lib/recurrent/block_runner.ts";
import { networkWeights } from "../../lib/recurrent/network_weights.ts";
import { WORKER_SOURCE } from "../../lib/recurrent/block_worker.ts";
import { randomLstm } from "../support/random_lstm.ts";

interface Numbered extends BlockItem {
  readonly number: number;
}

const random = randomGenerator(2);
const { model } = randomLstm(random, { inputSize: 4, hiddenSizes: [6], classes: 2, bidirectional: true });
const embeddings = Float64Array.from({ length: 20 * 4 }, () => random.normal());
const BLOCKS = 60, PER_BLOCK = 3;

async function* blocks(count = BLOCKS): AsyncGenerator<Numbered[]> {
  for (let block = 0; block < count; block++) {
    yield Array.from({ length: PER_BLOCK }, (_, i) => ({
      number: block * PER_BLOCK + i,
      steps: 8,
      ids: Int32Array.from({ length: 8 }, (_, step) => (block + 3 * i + step) % 20),
      choice: -1,
    }));
  }
}

function runner(
  { workers, workerSource }: { workers: number; workerSource?: string },
): BlockRunner<Numbered> {
  return new BlockRunner<Numbered>(networkWeights(model)!, {
    workers,
    request: { send: "relevance", epsilon: 0.01, biasFactor: 0, directions: false },
    embeddings,
    choice: blockChoice("float64")!,
    ...(workerSource !== undefined && { workerSource }),
  });
}

/** The relevance of every sequence, each exactly once. */
async function relevances(options: Parameters<typeof runner>[0]): Promise<Float64Array[]> {
  const found: Float64Array[] = [];
  for await (const { items, answers } of runner(options).run(blocks())) {
    items.forEach(({ number }, i) => {
      assertEquals(found[number], undefined, `${number} was answered twice`);
      found[number] = answers![i]!.results[0]!;
    });
  }
  assertEquals(Object.keys(found).length, BLOCKS * PER_BLOCK);
  return found;
}

const expected = await relevances({ workers: 1 });

Deno.test("a worker that throws in the middle: its blocks are taken over, nothing lost, nothing twice", async () => {
  const workerSource = WORKER_SOURCE.replace(
    "run(data.commands);",
    'if (data.job > 3) throw new Error("dead"); run(data.commands);',
  );
  for (const workers of [2, 3]) assertEquals(await relevances({ workers, workerSource }), expected);
});

Deno.test("a worker that dies at its start", async () => {
  assertEquals(await relevances({ workers: 2, workerSource: 'throw new Error("stillborn");' }), expected);
});

Deno.test("a worker that dies after its work and before its answer", async () => {
  const workerSource = WORKER_SOURCE.replace("Atomics.add(finished, 0, 1);", 'throw new Error("dead");');
  assertEquals(await relevances({ workers: 2, workerSource }), expected);
});

Deno.test("a worker that falls silent is given up", async () => {
  const workerSource = WORKER_SOURCE.replace(
    "run(data.commands);",
    "if (data.job > 1) return; run(data.commands);",
  );
  assertEquals(await relevances({ workers: 2, workerSource }), expected);
});
