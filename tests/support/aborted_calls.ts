/** Aborts many calls of `explainAll` and prints what is left of them, as JSON. */
import { explainAll, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { randomLstm, randomTensor } from "./random_lstm.ts";

/** What is left. */
export interface AbortedCalls {
  /** Workers that were started. */
  readonly started: number;
  /** Workers that were not ended. */
  readonly alive: number;
  /** By how many MiB the process grew from call 100 to call 1,100. */
  readonly grown: number;
}

const random = randomGenerator(8);
const { model } = randomLstm(random, { inputSize: 6, hiddenSizes: [8], classes: 3, bidirectional: true });
const inputs = Array.from(
  { length: 200 },
  () => ({ values: randomTensor(random, [1 + random.integer(20), 6]) }),
);
const method = lrp();

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
async function abort(i: number): Promise<void> {
  const controller = new AbortController(), { signal } = controller, workers = i % 5 === 0 ? 2 : 1;
  if (i % 3 === 2) {
    for await (const _ of explainAll(model, inputs, { method, workers })) return;
  }
  const reason = new Error("stop"), stop = (): void => controller.abort(reason);
  if (i % 3 === 1) queueMicrotask(stop);
  try {
    for await (const _ of explainAll(model, inputs, { method, workers, signal })) stop();
  } catch (error) {
    if (error === reason) return;
    throw error;
  }
  throw new Error(`Call ${i} was not aborted`);
}

const resident = (): number => Deno.memoryUsage().rss / 2 ** 20;

if (import.meta.main) {
  for (let i = 0; i < 100; i++) await abort(i);
  const before = resident();
  for (let i = 0; i < 1000; i++) await abort(i);
  const report: AbortedCalls = { started, alive: alive.size, grown: resident() - before };
  // deno-lint-ignore no-console -- its answer
  console.log(JSON.stringify(report));
}
