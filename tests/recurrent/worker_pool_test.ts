import { assertEquals } from "@std/assert";
import { explainAll, lrp, WorkerPool } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { crewOf } from "../../lib/recurrent/worker_pool.ts";
import { assertMessage, assertRejectsWith } from "../support/assert_message.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const random = randomGenerator(3);
const { model } = randomLstm(random, { inputSize: 4, hiddenSizes: [6], classes: 2, bidirectional: true });
const inputs = Array.from({ length: 300 }, () => ({ values: randomTensor(random, [20, 4]) }));
const method = lrp();

async function relevances(
  workers: number | WorkerPool,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Float64Array[]> {
  const found: Float64Array[] = [];
  const options = { method, workers, ...(signal && { signal }) };
  for await (const { attribution } of explainAll(model, inputs, options)) {
    found.push(attribution!.tokenRelevance);
  }
  return found;
}

/** Counts the threads that are started and ended while something runs. */
async function counting(run: () => Promise<void>): Promise<{ started: number; ended: number }> {
  const { Worker } = globalThis, counts = { started: 0, ended: 0 };
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      counts.started++;
    }
    override terminate(): void {
      counts.ended++;
      super.terminate();
    }
  };
  try {
    await run();
  } finally {
    globalThis.Worker = Worker;
  }
  return counts;
}

const expected = await relevances(1);

Deno.test("a pool: the same threads for one call after the other, and the same numbers", async () => {
  const counts = await counting(async () => {
    using pool = new WorkerPool(3);
    for (let i = 0; i < 4; i++) assertEquals(await relevances(pool), expected);
  });
  assertEquals(counts, { started: 2, ended: 2 });
});

Deno.test("a pool starts no thread before there is work for one, and none for a single block", async () => {
  const counts = await counting(async () => {
    using pool = new WorkerPool(4);
    for await (const { error } of explainAll(model, inputs.slice(0, 5), { method, workers: pool })) {
      assertEquals(error, undefined);
    }
  });
  assertEquals(counts, { started: 0, ended: 0 });
});

Deno.test("a pool whose threads died, or were stopped in the middle, replaces them for the next call", async () => {
  using pool = new WorkerPool(2);
  assertEquals(await relevances(pool), expected);
  crewOf(pool).close();
  assertEquals(await relevances(pool), expected);
  for (const answers of [0, 1, 40]) {
    const controller = new AbortController();
    let seen = 0;
    await assertRejectsWith(
      async () => {
        if (answers === 0) queueMicrotask(() => controller.abort(new Error("stop")));
        for await (
          const _ of explainAll(model, inputs, { method, workers: pool, signal: controller.signal })
        ) {
          if (++seen === answers) controller.abort(new Error("stop"));
        }
      },
      Error,
      "stop",
    );
    assertEquals(await relevances(pool), expected);
  }
});

Deno.test("a pool that is closed in the middle of a call: the call goes on without it", async () => {
  for (const answers of [1, 40, 290]) {
    using pool = new WorkerPool(3);
    const counts = await counting(async () => {
      await relevances(pool);
      const found: Float64Array[] = [];
      for await (const { attribution } of explainAll(model, inputs, { method, workers: pool })) {
        if (found.push(attribution!.tokenRelevance) === answers) pool.close();
      }
      assertEquals(found, expected);
      assertEquals(await relevances(pool), expected);
      pool.close();
    });
    assertEquals(counts.ended, counts.started);
  }
});

Deno.test("a thread that dies between two calls is replaced for the next", async () => {
  const { Worker } = globalThis, threads: Worker[] = [];
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      threads.push(this);
    }
  };
  try {
    using pool = new WorkerPool(2);
    await relevances(pool);
    threads[0]!.dispatchEvent(new ErrorEvent("error", { cancelable: true }));
    assertEquals(await relevances(pool), expected);
    assertEquals(threads.length, 2);
  } finally {
    globalThis.Worker = Worker;
  }
});

Deno.test("two calls at once with one pool: the second starts threads of its own", async () => {
  const counts = await counting(async () => {
    using pool = new WorkerPool(2);
    assertEquals(await Promise.all([relevances(pool), relevances(pool)]), [expected, expected]);
  });
  assertEquals(counts, { started: 2, ended: 2 });
});

Deno.test("a pool of another number of threads than a positive integer", () => {
  for (const workers of [0, -1, 1.5, NaN, Infinity]) {
    assertMessage(
      () => new WorkerPool(workers),
      RangeError,
      `Cannot make a pool of workers: their number must be a positive integer, got ${workers}`,
    );
  }
});
