import { assertEquals, assertStringIncludes } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { explore } from "../../lib/explore/mod.ts";
import type { SequencePayload } from "../../lib/explore/payload.ts";
import type { ExploreElement } from "../../lib/explore/page/widget.ts";
import { intentClassifier } from "../../lib/io/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { lstmClassifier, RecurrentClassifier } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { settle } from "../support/browser/lab_page.ts";
import { buildPage } from "../support/build_page.ts";
import { PAGE_SCRIPT } from "../../lib/explore/page_bundle.ts";
import { packArray, unpackArray } from "../../lib/explore/payload.ts";
import { unpackModel } from "../../lib/explore/unpack_model.ts";
import { assertMessage } from "../support/assert_message.ts";
import { randomGru } from "../support/random_gru.ts";
import { randomTensor } from "../support/random_lstm.ts";

const SENTENCE = "play some quiet piano music for a rainy evening";

/** A GRU that reads three words. */
const gru = (bidirectional: boolean): RecurrentClassifier => {
  const random = randomGenerator(5);
  const { layers, outputWeights, outputBias, labels } = randomGru(random, [4, 5, 3], bidirectional);
  return new RecurrentClassifier(layers, {
    output: {
      weights: tensor(outputWeights, [labels.length, outputWeights.length / labels.length]),
      bias: tensor(outputBias),
    },
    embeddings: randomTensor(random, [3, 4]),
    vocabulary: ["one", "two", "three"],
  });
};

/** The relevance that the page shows. */
const shown = (): number[] =>
  Array.from(document.querySelector<ExploreElement>("[data-live]")!.relprop!.tokenRelevance);

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  assertEquals(a.length, b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
};

Deno.test("the bundle of the page is that of the sources; if not, run deno task page", async () => {
  const packed = new Blob([Uint8Array.fromBase64(PAGE_SCRIPT)]).stream().pipeThrough(
    new DecompressionStream("gzip"),
  );
  assertEquals(await new Response(packed).text() === await buildPage(), true);
});

Deno.test("packArray() loses nothing, and takes four bytes where they are enough", () => {
  const single = packArray(Float64Array.of(0.5, -0, 1e-40), [3]);
  assertEquals([single.type, single.bytes.length], ["f8", 32]);
  assertEquals(packArray(Float64Array.of(0.5, -2), [2]), { type: "f4", shape: [2], bytes: "AAAAPwAAAMA=" });
  for (const values of [Float64Array.of(0.1, 1e300), Float64Array.of(0.25, -0)]) {
    assertEquals(unpackArray(packArray(values, [2])), values);
  }
});

Deno.test("explore() sends a model that answers as the original does", async () => {
  const model = await intentClassifier();
  const { model: packed } = explore(model, SENTENCE).toJSON() as SequencePayload;
  const method = lrp({ epsilon: 0.01, biasFactor: 1 });
  const [there, here] = [unpackModel(packed), model].map((net) => explain(net, SENTENCE, { method }));
  assertEquals(there!.tokenRelevance, here!.tokenRelevance);
  assertEquals(there!.labels, here!.labels);
});

Deno.test("explore() sends a GRU that answers as the original does", () => {
  for (const bidirectional of [false, true]) {
    const model = gru(bidirectional);
    const { model: packed } = explore(model, "two one three").toJSON() as SequencePayload;
    const method = lrp({ epsilon: 0.01, biasFactor: 1, productRule: "prop" });
    const [there, here] = [unpackModel(packed), model].map((net) =>
      explain(net, "two one three", { method })
    );
    assertEquals(there!.tokenRelevance, here!.tokenRelevance);
  }
});

Deno.test("explore() says what it takes", () => {
  // deno-lint-ignore no-explicit-any -- what a cell can hold
  const wrong = (value: unknown): any => value;
  const instead = "a picture that stands still is made by explain(model, input, { method }).show()";
  const wanted = "Cannot explore the model: it must be an LSTM or GRU classifier or a network graph, got";
  assertMessage(() => explore(wrong(new Map()), "a"), TypeError, `${wanted} a Map; ${instead}`);
  assertMessage(() => explore(wrong(undefined), "a"), TypeError, `${wanted} undefined; ${instead}`);
  assertMessage(() => explore(wrong({ forward: 1 }), "a"), TypeError, `${wanted} an object; ${instead}`);
  const known = "target, epsilon, biasFactor, productRule, gamma, words, theme";
  assertMessage(
    () => explore(gru(false), "one", wrong({ eps: 1 })),
    TypeError,
    `Cannot explore the model: options must be among ${known}, got "eps"`,
  );
  assertMessage(
    () => explore(gru(false), "one", wrong({ productRule: "zero" })),
    RangeError,
    'Cannot explore the model: productRule must be one of all, half, prop, abs, got "zero"',
  );
});

Deno.test("explore() with words takes those of the input and the unknown one along", async () => {
  const model = await intentClassifier();
  const { model: packed } = explore(model, "play jazz", { words: ["rain", "not-a-known-word"] })
    .toJSON() as SequencePayload;
  assertEquals([...packed.vocabulary!].sort(), ["<unk>", "jazz", "play", "rain"]);
});

Deno.test("explore() is the static picture where scripts do not run", async () => {
  const explorer = explore(await intentClassifier(), SENTENCE, { words: [] });
  const html = await explorer.toHTML({ fragment: true });
  assertStringIncludes(html, `alt="${explorer.description.slice(0, 60)}`);
  assertEquals(explorer.toText(), explorer.picture.toText());
  assertEquals(Object.keys(await explorer.toBundle()), ["text/html", "text/plain"]);
});

Deno.test("explore() refuses what does not fit into a page", () => {
  const output = { weights: tensor([[1]]) };
  const cell = { inputWeights: zeros([4, 100]), recurrentWeights: zeros([4, 1]) };
  const vocabulary = Array.from({ length: 15_000 }, (_, i) => `word${i}`);
  const embeddings = tensor(Float64Array.from({ length: 1_500_000 }, (_, i) => (i % 7) / 7), [15_000, 100]);
  const model = lstmClassifier({ layers: [{ forward: cell }], output, embeddings, vocabulary });
  assertMessage(
    () => explore(model, ["word1"]),
    RangeError,
    "Cannot explore the model: its weights and words must take at most 8000000 bytes in the page, got 16171620; the option words leaves out words",
  );
  assertMessage(
    () => explore(model, ["word1"], { epsilon: 0, words: [] }),
    RangeError,
    "Cannot explore the model: epsilon must be from 0.000001 to 10, got 0",
  );
  assertMessage(
    () => explore(model, ["word1"], { biasFactor: 2, words: [] }),
    RangeError,
    "Cannot explore the model: biasFactor must be from 0 to 1, got 2",
  );
});

browserTest("in the page, every control answers with the relevance of the library", async () => {
  const model = await intentClassifier();
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const errors = watchErrors(page);
    await page.setContent(await explore(model, SENTENCE).toHTML());
    await page.waitForFunction(() =>
      document.querySelector<ExploreElement>("[data-live]")?.relprop !== undefined
    );
    const compare = async (
      options: Parameters<typeof lrp>[0],
      target: number | "predicted",
      input = SENTENCE,
    ) => {
      const expected = explain(model, input, { method: lrp(options), target });
      await settle(page);
      const difference = largestDifference(await page.evaluate(shown), expected.tokenRelevance);
      assertEquals(difference <= 1e-6, true, `${JSON.stringify(options)} differs by ${difference}`);
    };
    await compare({ epsilon: 0.001 }, "predicted");
    await page.getByLabel("Epsilon").fill("-1");
    await compare({ epsilon: 0.1 }, "predicted");
    await page.getByLabel("Bias factor").fill("0.5");
    await compare({ epsilon: 0.1, biasFactor: 0.5 }, "predicted");
    await page.getByLabel("Class").selectOption("RateBook");
    await compare({ epsilon: 0.1, biasFactor: 0.5 }, model.labels.indexOf("RateBook"));
    await page.getByLabel("Gates").selectOption("half");
    await compare({ epsilon: 0.1, biasFactor: 0.5, productRule: "half" }, model.labels.indexOf("RateBook"));
    await page.getByLabel("Sentence").fill("Will it rain tomorrow");
    await compare(
      { epsilon: 0.1, biasFactor: 0.5, productRule: "half" },
      model.labels.indexOf("RateBook"),
      "will it rain tomorrow",
    );
    await page.getByLabel("Sentence").fill("");
    await settle(page);
    assertStringIncludes((await page.getByRole("alert").textContent())!, "at least one token");
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
});

browserTest("in the page, a GRU answers with the relevance of the library", async () => {
  const model = gru(true);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const errors = watchErrors(page);
    await page.setContent(await explore(model, "two one three").toHTML());
    await page.waitForFunction(() =>
      document.querySelector<ExploreElement>("[data-live]")?.relprop !== undefined
    );
    await page.getByLabel("Epsilon").fill("-2");
    await page.getByLabel("Bias factor").fill("0.5");
    await page.getByLabel("Sentence").fill("three two");
    for (const productRule of ["all", "half", "prop", "abs"] as const) {
      await page.getByLabel("Gates").selectOption(productRule);
      await settle(page);
      const method = lrp({ epsilon: 0.01, biasFactor: 0.5, productRule });
      const expected = explain(model, "three two", { method }).tokenRelevance;
      const difference = largestDifference(await page.evaluate(shown), expected);
      assertEquals(difference <= 1e-6, true, `${productRule} differs by ${difference}`);
    }
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
});

browserTest(
  "the page of many classes shows the highest and the explained one, and counts the others",
  async () => {
    const weights = tensor(Float64Array.from({ length: 300 }, (_, k) => k), [300, 1]);
    const label = "<img src=x onerror='window.broken=1'> of a name that is far too long for its place";
    const many = lstmClassifier({
      layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
      output: { weights },
      labels: Array.from({ length: 300 }, (_, k) => k === 299 ? label : `class ${k}`),
      embeddings: tensor([[2], [1]]),
      vocabulary: ["</script>", "ok"],
    });
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      const errors = watchErrors(page);
      await page.setContent(await explore(many, ["</script>", "ok"]).toHTML());
      const names = page.locator("[data-live] .score .name");
      await names.first().waitFor();
      assertEquals((await names.allTextContents()).slice(0, 2), [label, "class 298"]);
      assertEquals(await names.count(), 12);
      assertEquals(await page.locator(".others").textContent(), "and 288 classes with lower scores");
      await page.getByLabel("Class").selectOption("class 5");
      await settle(page);
      assertEquals((await names.allTextContents()).at(-1), "class 5");
      assertEquals(await page.evaluate(() => "broken" in globalThis), false);
      const { width } = (await page.locator("[data-live]").boundingBox())!;
      assertEquals(
        await page.evaluate(() => document.documentElement.scrollWidth) <= Math.max(width + 32, 1280),
        true,
      );
      assertEquals(errors, []);
    } finally {
      await browser.close();
    }
  },
);
