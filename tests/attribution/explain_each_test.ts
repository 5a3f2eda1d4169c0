import { assert, assertEquals } from "@std/assert";
import { explainAll, gradientTimesInput, integratedGradients } from "../../lib/attribution/mod.ts";
import { dense, relu } from "../../lib/layers/mod.ts";
import { sequential } from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";
import { randomTensor } from "../support/layer_cases.ts";

const linear = sequential([dense({ weights: tensor([[3, -2]]) })]);

Deno.test("an example of a batch that cannot be explained has its own error, in its place", async () => {
  const examples = [[1, 1], [Infinity, 0], [2, 0], [1, 2, 3], [0, 1], [1, NaN]].map((x) => tensor(x));
  const answers = await Array.fromAsync(explainAll(linear, examples, { method: gradientTimesInput() }));
  assertEquals(answers.map(({ attribution, error }) => error?.message ?? [...attribution!.relevance.data]), [
    [3, -2],
    'Cannot run the network: input "input" must be finite, got Infinity at [0, 0]',
    [6, 0],
    'Cannot run layer "0" (dense): Cannot multiply matrices: inner sizes must be equal, got [1, 3] and [2, 1]',
    [0, -2],
    'Cannot run the network: input "input" must be finite, got NaN at [0, 1]',
  ]);
  const none = await Array.fromAsync(explainAll(linear, zeros([0, 2]), { method: gradientTimesInput() }));
  assertEquals(none, []);
});

Deno.test("an example that comes late does not hold up those before it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Tensor> {
    yield tensor([1, 0]);
    yield tensor([0, 1]);
    await promise;
    yield tensor([1, 1]);
  }
  const told: number[] = [];
  for await (const { index } of explainAll(linear, slow(), { method: gradientTimesInput() })) {
    told.push(index);
    if (index === 1) resolve();
  }
  assertEquals(told, [0, 1, 2]);
});

Deno.test("a caller that leaves closes the source", async () => {
  let closed = false;
  function* endless(): Generator<Tensor> {
    try {
      for (;;) yield tensor([1, 2]);
    } finally {
      closed = true;
    }
  }
  for await (const { index } of explainAll(linear, endless(), { method: gradientTimesInput() })) {
    if (index === 50) break;
  }
  assert(closed);
});

Deno.test("long methods let other tasks run, and stop at a signal", async () => {
  const weights = randomTensor(randomGenerator(1), [400, 400]);
  const network = sequential([dense({ weights }), relu(), dense({ weights }), relu(), dense({ weights })]);
  const example = randomTensor(randomGenerator(2), [400]);
  let turns = 0;
  const controller = new AbortController();
  // It gets its turns while the method works, and stops it.
  const clock = setInterval(() => ++turns === 3 && controller.abort(new Error("enough")), 1);
  const method = integratedGradients({ steps: 1_000_000 });
  try {
    await Array.fromAsync(explainAll(network, [example], { method, target: 0, signal: controller.signal }));
    assert(false, "it must stop");
  } catch (error) {
    assertEquals((error as Error).message, "enough");
  }
  clearInterval(clock);
  assert(turns >= 3 && turns < 10);

  const never: AsyncIterable<Tensor> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
  };
  const waiting = explainAll(linear, never, {
    method: gradientTimesInput(),
    signal: AbortSignal.timeout(20),
  });
  assertEquals(await waiting.next().catch((error) => error.name), "TimeoutError");
});

Deno.test("examples come in a list, a stream or a batch", async () => {
  for (const [given, got] of [["a text", "string"], [null, "null"], [7, "number"], [{}, "object"]] as const) {
    const answers = explainAll(linear, given as never, { method: gradientTimesInput() });
    const error = await answers.next().catch((error) => error);
    assertMessage(
      () => {
        throw error;
      },
      TypeError,
      `Cannot explain all inputs: they must come in a list, a stream or a batch, got ${got}`,
    );
  }
});
