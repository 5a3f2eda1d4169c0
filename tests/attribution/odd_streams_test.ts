import { assert, assertEquals } from "@std/assert";
import { explain, explainAll, type Explained, gradientTimesInput, lrp } from "../../lib/attribution/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { gruClassifier, lstmClassifier, type RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertRejectsWith } from "../support/assert_message.ts";
import { randomTensor } from "../support/random_lstm.ts";

const method = lrp();

/** A net of one unit. */
function net(
  { embeddings = [[1], [2], [3]], weights = [[1], [-1]] }: { embeddings?: number[][]; weights?: number[][] } =
    {},
): RecurrentClassifier {
  return lstmClassifier({
    layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor(weights) },
    embeddings: tensor(embeddings),
    vocabulary: ["end", "the", "?"].slice(0, embeddings.length),
    unknownToken: "?",
  });
}

async function told(answers: AsyncIterable<Explained>): Promise<string[]> {
  return (await Array.fromAsync(answers)).map(({ error, attribution }) =>
    error?.message ?? `${attribution!.tokens}`
  );
}

Deno.test("a vector that is not finite is the error of its inputs, and the rest goes on", async () => {
  for (const broken of [NaN, Infinity]) {
    const model = net({ embeddings: [[1], [broken], [2]] });
    for (const way of [method, gradientTimesInput()]) {
      const said = await told(explainAll(model, [{ ids: [0] }, { ids: [1] }, { ids: [2] }], { method: way }));
      assertEquals([said[0], said[2]], ["end", "?"]);
      assert(said[1]!.startsWith("Cannot read the input: "), said[1]);
    }
  }
});

Deno.test("what the kernels leave to the slow way keeps words, notes and shape", async () => {
  // The sum of both scores overflows, which only looks as if a score were not finite.
  const model = net({ weights: [[1.7e308], [1.7e308]] });
  for (const detail of ["tokens", "inputs"] as const) {
    const [answer] = await Array.fromAsync(explainAll(model, ["my end"], { method, detail }));
    const { tokens, notes, relevance } = answer!.attribution!, alone = explain(model, "my end", { method });
    assertEquals(tokens, ["my", "end"]);
    assertEquals(notes, alone.notes);
    assertEquals(relevance.shape, detail === "tokens" ? [2] : [2, 1]);
  }
});

Deno.test("a net that the kernels do not run under a rule answers for whole tokens, too", async () => {
  const random = randomGenerator(1);
  const model = gruClassifier({
    layers: [{
      forward: {
        inputWeights: randomTensor(random, [6, 3]),
        recurrentWeights: randomTensor(random, [6, 2]),
        inputBias: zeros([6]),
        recurrentBias: zeros([6]),
      },
    }],
    output: { weights: randomTensor(random, [2, 2]) },
  });
  const inputs = [{ values: randomTensor(random, [4, 3]) }];
  const half = lrp({ productRule: "half" });
  const [tokens] = await Array.fromAsync(explainAll(model, inputs, { method: half, detail: "tokens" }));
  const alone = explain(model, inputs[0]!, { method: half });
  assertEquals(tokens!.attribution!.relevance.shape, [4]);
  assertEquals([...tokens!.attribution!.relevance.data], [...alone.tokenRelevance]);
  assertEquals(tokens!.attribution!.ledger!.input, alone.ledger!.input);
});

Deno.test("a target per class is made for classes that are answered only", async () => {
  const classes = 20_000, weights = Array.from({ length: classes }, (_, k) => [k === 7 ? 1 : 0]);
  const before = Deno.memoryUsage().external;
  const [answer] = await Array.fromAsync(explainAll(net({ weights }), ["end"], { method }));
  assertEquals(answer!.attribution!.target.class, 7);
  // One for each would be 3.2 GB.
  assert(Deno.memoryUsage().external - before < 2 ** 28);
});

Deno.test("inputs that cannot be read let others have their turn, and can be stopped", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await told(explainAll(net(), new Array<string>(20_000).fill(""), { method }));
  clearInterval(timer);
  assert(ticks > 2, `${ticks}`);
  function* endless(): Generator<string> {
    for (;;) yield "";
  }
  await assertRejectsWith(
    () => told(explainAll(net(), endless(), { method, signal: AbortSignal.timeout(20) })),
    DOMException,
    "The operation was aborted due to timeout",
  );
});

Deno.test("a source whose next() gives something like a promise", async () => {
  const given = ["end", "the"];
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const value = given.shift();
        // deno-lint-ignore no-explicit-any -- what it resolves to
        const then = (resolve: (result: any) => void): void => resolve({ done: value === undefined, value });
        return { then } as unknown as Promise<IteratorResult<string>>;
      },
    }),
  };
  assertEquals(await told(explainAll(net(), source, { method })), ["end", "the"]);
});

Deno.test("a source that fails is not asked to end, and its own error is told", async () => {
  for (const later of [true, false]) {
    let asked = 0;
    const source = {
      [later ? Symbol.asyncIterator : Symbol.iterator]: () => ({
        next: () => {
          if (later) return Promise.reject(new Error("first"));
          throw new Error("first");
        },
        return: () => {
          asked++;
          throw new Error("second");
        },
      }),
    } as unknown as Iterable<string>;
    await assertRejectsWith(() => told(explainAll(net(), source, { method })), Error, "first");
    assertEquals(asked, 0);
  }
});
