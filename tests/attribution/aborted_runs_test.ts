import { assert, assertEquals, assertThrows } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier } from "../../lib/recurrent/mod.ts";
import type { AbortedCalls } from "../support/aborted_calls.ts";
import { runProgram } from "../support/run_program.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const random = randomGenerator(8);
const { model, layers, output } = randomLstm(random, {
  inputSize: 6,
  hiddenSizes: [8],
  classes: 3,
  bidirectional: true,
});
const method = lrp();

Deno.test("1,000 aborted calls of explainAll() leave no worker and no memory behind", async () => {
  // In a process of its own, whose memory no other test takes.
  const { started, alive, grown } = await runProgram<AbortedCalls>("tests/support/aborted_calls.ts");
  assert(started >= 100, `${started} workers`);
  assertEquals(alive, 0);
  assert(grown < 100, `${grown} MiB more`);
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
    const error = assertThrows(
      () => explain(fresh, { values: randomTensor(random, [5, 6]) }, { method }),
      RangeError,
    );
    assert(/^Cannot run the kernels: they need \d+ MiB, and there is no memory left$/.test(error.message));
    assertEquals((error.cause as Error).message, "could not allocate memory");
  } finally {
    WebAssembly.Memory = Memory;
  }
});
