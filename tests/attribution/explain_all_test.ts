import { assert, assertEquals, assertRejects } from "@std/assert";
import { explain, explainAll, type Explained, lrp, type Target } from "../../lib/attribution/mod.ts";
import { sensitivity } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { assertMessage } from "../support/assert_message.ts";
import { randomLstm, randomTensor } from "../support/random_lstm.ts";

const VOCABULARY = 40;
const random = randomGenerator(8);
const { layers, output } = randomLstm(random, {
  inputSize: 6,
  hiddenSizes: [7, 5],
  classes: 3,
  bidirectional: true,
});
const model: RecurrentClassifier = lstmClassifier({
  layers,
  output,
  embeddings: randomTensor(random, [VOCABULARY, 6]),
});
const inputs = Array.from({ length: 300 }, () => ({
  ids: Int32Array.from({ length: 1 + random.integer(30) }, () => random.integer(VOCABULARY)),
}));
const method = lrp({ epsilon: 0.01, biasFactor: 0.3 });

async function collect(answers: AsyncIterable<Explained>): Promise<Explained[]> {
  return await Array.fromAsync(answers);
}

Deno.test("explainAll() says what explain() says, in order", async () => {
  const answers = await collect(explainAll(model, inputs, { method, detail: "directions" }));
  assertEquals(answers.map(({ index }) => index), inputs.map((_, index) => index));
  answers.forEach(({ attribution }, index) => {
    const alone = explain(model, inputs[index]!, { method });
    assertEquals(attribution!.target, alone.target);
    assertEquals(attribution!.tokens, alone.tokens);
    const within = { absolute: 1e-12 * Math.max(1, alone.ledger!.scale) };
    assertClose(attribution!.relevance.data, alone.relevance.data, within);
    assertClose(attribution!.tokenRelevance, alone.tokenRelevance, within);
    assertClose(attribution!.directions!.reverse.data, alone.directions!.reverse.data, within);
    assertClose(attribution!.rest, alone.rest, within);
    for (const name of ["received", "input", "rest", "bias", "stabilizer"] as const) {
      assertClose(attribution!.ledger![name], alone.ledger![name], { ...within, where: name });
    }
    assert(attribution!.ledger!.relativeGap < 1e-12);
  });
});

Deno.test("relevance of the tokens alone is that of the inputs, added up", async () => {
  const alone = await collect(explainAll(model, inputs, { method, detail: "tokens", workers: 2 }));
  const answers = await collect(explainAll(model, inputs, { method }));
  answers.forEach(({ attribution: expected }, index) => {
    const { attribution } = alone[index]!, { ledger } = expected!;
    const within = { absolute: 1e-12 * Math.max(1, ledger!.scale) };
    assertEquals(attribution!.relevance.shape, [expected!.tokens.length]);
    assertEquals(attribution!.directions, undefined);
    assertEquals(attribution!.tokens, expected!.tokens);
    assertEquals(attribution!.scores, expected!.scores);
    assertClose(attribution!.tokenRelevance, expected!.tokenRelevance, within);
    assertClose(attribution!.ledger!.input, ledger!.input, within);
    assertEquals(attribution!.ledger!.bias, ledger!.bias);
    assert(attribution!.ledger!.relativeGap < 1e-12);
  });
});

Deno.test("the detail must be one of three", async () => {
  const error = await assertRejects(
    () => collect(explainAll(model, inputs, { method, detail: "words" as "tokens" })),
    RangeError,
  );
  assertEquals(
    error.message,
    'Cannot explain all inputs: detail must be one of tokens, inputs, directions, got "words"',
  );
});

Deno.test("the numbers are the same whatever the number of workers", async () => {
  const [one, two, three] = await Promise.all(
    [1, 2, 3].map((workers) => collect(explainAll(model, inputs, { method, workers }))),
  );
  one!.forEach(({ attribution }, i) => {
    for (const other of [two!, three!]) {
      assertEquals(other[i]!.attribution!.relevance.data, attribution!.relevance.data);
    }
  });
});

Deno.test("all kinds of targets and inputs", async () => {
  const targets: Target[] = [1, { label: "2" }, { contrast: [0, 1] }, { weights: [1, -0.5, 0] }];
  for (const target of targets) {
    const [answer] = await collect(explainAll(model, inputs.slice(0, 1), { method, target }));
    const alone = explain(model, inputs[0]!, { method, target });
    assertEquals(answer!.attribution!.target, alone.target);
    assertClose(answer!.attribution!.relevance.data, alone.relevance.data, { absolute: 1e-12 });
  }
  const vectors = { values: randomTensor(random, [4, 6]), tokens: ["a", "b", "c", "d"] };
  const [answer] = await collect(explainAll(model, [vectors], { method }));
  assertEquals(answer!.attribution!.tokens, vectors.tokens);
  const alone = explain(model, vectors, { method });
  assertClose(answer!.attribution!.relevance.data, alone.relevance.data, { absolute: 1e-12 });
});

Deno.test("methods without kernels for many inputs answer too", async () => {
  const answers = await collect(explainAll(model, inputs.slice(0, 3), { method: sensitivity() }));
  answers.forEach(({ attribution }, i) =>
    assertEquals(
      attribution!.relevance.data,
      explain(model, inputs[i]!, { method: sensitivity() }).relevance.data,
    )
  );
});

Deno.test("a bad input is answered with its own error, and the rest goes on", async () => {
  const bad = [inputs[0]!, { ids: [99] }, inputs[1]!, { ids: [] }, inputs[2]!];
  const answers = await collect(explainAll(model, bad, { method, workers: 2 }));
  assertEquals(answers.map(({ error }) => error?.message), [
    undefined,
    `Cannot read the input: an id must be an integer from 0 to ${VOCABULARY - 1}, got 99 at 0`,
    undefined,
    "Cannot read the input: it must have at least one token, got none",
    undefined,
  ]);
});

Deno.test("numbers that are not finite are the error of their input alone", async () => {
  const huge = { values: randomTensor(random, [2, 6], 1e308) };
  const answers = await collect(explainAll(model, [inputs[0]!, huge, inputs[1]!], { method }));
  assertEquals(answers.map(({ error }) => error?.name), [undefined, "NumericalError", undefined]);
});

Deno.test("an input that no memory holds is the error of that input alone", async () => {
  const long = { ids: new Int32Array(3_000_000) };
  const answers = await collect(explainAll(model, [inputs[0]!, long, inputs[1]!], { method }));
  assertEquals(answers.map(({ error }) => error?.name), [undefined, "RangeError", undefined]);
  assert(/^Cannot run the kernels: they need \d+ MiB/.test(answers[1]!.error!.message));
});

Deno.test("inputs may be endless and come late", async () => {
  let given = 0, closed = false;
  async function* endless(): AsyncGenerator<(typeof inputs)[number]> {
    try {
      for (;;) {
        if (given % 100 === 50) await new Promise((resolve) => setTimeout(resolve, 5));
        yield inputs[given++ % inputs.length]!;
      }
    } finally {
      closed = true;
    }
  }
  let done = 0;
  for await (const { index, error } of explainAll(model, endless(), { method, workers: 2 })) {
    assertEquals(index, done++);
    assertEquals(error, undefined);
    assert(given - index < 8000, `${given} were read when ${index} was answered`);
    if (done === 20_000) break;
  }
  // A read that is under way is waited for before the source is closed.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert(closed);
});

Deno.test("an input that comes late does not hold up those before it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<(typeof inputs)[number]> {
    yield inputs[0]!;
    await promise;
    yield inputs[1]!;
  }
  const answers = explainAll(model, slow(), { method });
  assertEquals((await answers.next()).value.index, 0);
  resolve();
  assertEquals((await answers.next()).value.index, 1);
  assertEquals((await answers.next()).done, true);
});

Deno.test("progress is told after each answer", async () => {
  const told: unknown[] = [];
  const onProgress = (done: number, total?: number): void => void told.push([done, total]);
  await collect(explainAll(model, inputs.slice(0, 3), { method, onProgress }));
  assertEquals(told.splice(0), [[1, 3], [2, 3], [3, 3]]);
  await collect(explainAll(model, inputs.slice(0, 2).values(), { method, onProgress }));
  assertEquals(told, [[1, undefined], [2, undefined]]); // nobody knows how many will come
});

Deno.test("it stops when the signal is aborted: before, between and during", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => collect(explainAll(model, inputs, { method, signal: aborted })), Error, "enough");
  const controller = new AbortController();
  let seen = 0;
  await assertRejects(
    async () => {
      for await (const _ of explainAll(model, inputs, { method, workers: 2, signal: controller.signal })) {
        if (++seen === 10) controller.abort(new Error("ten are enough"));
      }
    },
    Error,
    "ten are enough",
  );
  assertEquals(seen, 10);
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  await assertRejects(
    () => collect(explainAll(model, never, { method, signal: AbortSignal.timeout(20) })),
    DOMException,
  );
});

Deno.test("workers must be a positive integer", async () => {
  for (const workers of [0, 1.5, NaN, -1]) {
    const error = await assertRejects(
      () => collect(explainAll(model, inputs, { method, workers })),
      RangeError,
    );
    assertMessage(
      () => {
        throw error;
      },
      RangeError,
      `Cannot explain all inputs: workers must be a positive integer or a pool, got ${workers}`,
    );
  }
});
