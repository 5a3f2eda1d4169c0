import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { explain, explainAll, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const random = randomGenerator(8);
const { model, layers, output } = randomLstm(random, {
  inputSize: 6,
  hiddenSizes: [8],
  classes: 3,
  bidirectional: true,
});
const inputs = Array.from(
  { length: 200 },
  () => ({ values: randomTensor(random, [1 + random.integer(20), 6]) }),
);
const method = lrp();

Deno.test("1,000 aborted calls of explainAll() leave no worker and no memory behind", async () => {
  const { Worker } = globalThis;
  const alive = new Set<Worker>();
  let started = 0;
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      alive.add(this);
      started++;
    }
    override terminate(): void {
      alive.delete(this);
      super.terminate();
    }
  };
  /** Aborts after the first answer, before it, or by leaving the loop. */
  const abort = async (i: number): Promise<void> => {
    const controller = new AbortController(), workers = i % 10 === 0 ? 2 : 1;
    if (i % 3 === 2) {
      for await (const _ of explainAll(model, inputs, { method, workers })) return;
    }
    const stop = (): void => controller.abort(new Error("stop"));
    if (i % 3 === 1) queueMicrotask(stop);
    await assertRejects(
      async () => {
        for await (const _ of explainAll(model, inputs, { method, workers, signal: controller.signal })) {
          stop();
        }
      },
      Error,
      "stop",
    );
  };
  const resident = (): number => Deno.memoryUsage().rss / 2 ** 20;
  try {
    for (let i = 0; i < 100; i++) await abort(i);
    const before = resident();
    for (let i = 0; i < 1000; i++) await abort(i);
    const grown = resident() - before;
    assert(started >= 100, `${started} workers`);
    assertEquals(alive.size, 0);
    assert(grown < 100, `${grown} MiB more`);
  } finally {
    globalThis.Worker = Worker;
  }
});

Deno.test("an input that the kernels cannot address is an error that says how much it needs", () => {
  const reader = lstmClassifier({ layers, output, embeddings: randomTensor(random, [1, 6]) });
  const long = { ids: new Int32Array(4_000_000) };
  const error = assertThrows(() => explain(reader, long, { method }), RangeError);
  assert(
    /^Cannot run the kernels: they need \d+ MiB and can address 4096; explain shorter inputs$/.test(
      error.message,
    ),
  );
});

Deno.test("memory that the machine does not give is an error that says how much is needed", () => {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  } as unknown as typeof Memory;
  try {
    const fresh = model.withPrecision("float32");
    const error = assertThrows(() => explain(fresh, inputs[0]!, { method }), RangeError);
    assert(/^Cannot run the kernels: they need \d+ MiB, and there is no memory left$/.test(error.message));
    assertEquals((error.cause as Error).message, "could not allocate memory");
  } finally {
    WebAssembly.Memory = Memory;
  }
});
