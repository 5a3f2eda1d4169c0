import { assertEquals } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { explore } from "../../lib/explore/mod.ts";
import type { NetworkPayload } from "../../lib/explore/payload.ts";
import type { ExploreElement } from "../../lib/explore/page/widget.ts";
import { gammaComposite } from "../../lib/explore/gamma_composite.ts";
import { unpackNetwork } from "../../lib/explore/unpack_network.ts";
import {
  averagePooling,
  batchNorm,
  convolution,
  dense,
  flatten,
  maxPooling,
  relu,
  softmax,
  tanh,
} from "../../lib/layers/mod.ts";
import { sequential } from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { pictureColors, settle } from "../support/browser/lab_page.ts";

const random = randomGenerator(7);
const numbers = (...shape: number[]): Tensor =>
  tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape);
const positive = (size: number): Tensor =>
  tensor(Float64Array.from({ length: size }, () => 0.5 + random.uniform()), [size]);

/** A small network of each kind of layer, and an image for it. */
const image = numbers(1, 12, 12);
const network = sequential({
  first: convolution({ weights: numbers(4, 1, 3, 3), bias: numbers(4), padding: 1 }),
  norm: batchNorm({
    runningMean: numbers(4),
    runningVariance: positive(4),
    weights: positive(4),
    bias: numbers(4),
  }),
  relu1: relu(),
  pool1: maxPooling({ kernel: [2, 2] }),
  second: convolution({ weights: numbers(4, 2, 3, 3), groups: 2, stride: 2, padding: 1 }),
  third: convolution({ weights: numbers(4, 4, 2, 2), padding: "same" }),
  tanh: tanh(),
  pool2: averagePooling({ kernel: [3, 3] }),
  flat: flatten(),
  scores: dense({ weights: numbers(3, 4), bias: numbers(3) }),
});

const relevanceOf = (gamma: number, epsilon: number, target: number | "predicted"): ArrayLike<number> =>
  explain(network, image, { method: lrp({ composite: gammaComposite(network, { gamma, epsilon }) }), target })
    .relevance.data;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  assertEquals(a.length, b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
};

Deno.test("explore() sends a network graph that answers as the original does", () => {
  const { network: packed } = explore(network, image).toJSON() as NetworkPayload;
  const there = unpackNetwork(packed);
  const method = lrp({ composite: gammaComposite(there, { gamma: 0.25, epsilon: 0.001 }) });
  const answer = explain(there, image, { method });
  assertEquals(largestDifference(answer.relevance.data, relevanceOf(0.25, 0.001, "predicted")), 0);
});

Deno.test("explore() draws numbers that are no image as boxes", () => {
  const net = sequential({
    hidden: dense({ weights: numbers(3, 4) }),
    relu: relu(),
    scores: dense({ weights: numbers(2, 3) }),
  });
  const explorer = explore(net, numbers(4), { gamma: 0.5 });
  assertEquals(/x0\(.*\) x1\(.*\) x2\(.*\) x3\(/.test(explorer.toText()), true);
});

Deno.test("explore() refuses a layer that a page cannot make, and options out of range", () => {
  assertMessage(
    () =>
      explore(
        sequential({ scores: dense({ weights: numbers(2, 3) }), end: softmax({ axis: 1 }) }),
        numbers(3),
      ),
    UnsupportedLayerError,
    "Cannot explore the network: its layers must be among dense, convolution, maxPooling, averagePooling, batchNorm, add, relu, leakyRelu, elu, gelu, silu, sigmoid, tanh, softplus, flatten, dropout, reshape, " +
      'got softmax in "end"; a picture that stands still is made by explain(model, input, { method }).show()',
  );
  assertMessage(
    () => explore(network, image, { gamma: -1 }),
    RangeError,
    "Cannot explore the model: gamma must be from 0 to 2, got -1",
  );
});

browserTest(
  "in the page of a network graph, gamma and epsilon answer with the relevance of the library",
  async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      const errors = watchErrors(page);
      await page.setContent(await explore(network, image).toHTML());
      await page.waitForFunction(() =>
        document.querySelector<ExploreElement>("[data-live]")?.relprop !== undefined
      );
      const compare = async (gamma: number, epsilon: number, target: number | "predicted"): Promise<void> => {
        await settle(page);
        const shown = await page.evaluate(() =>
          Array.from(
            document.querySelector<ExploreElement>("[data-live]")!.relprop!.relevance.data as Float64Array,
          )
        );
        const difference = largestDifference(shown, relevanceOf(gamma, epsilon, target));
        assertEquals(difference <= 1e-6, true, `gamma ${gamma}, epsilon ${epsilon} differs by ${difference}`);
      };
      await compare(0.25, 0.001, "predicted");
      await page.getByLabel("Gamma").fill("1.5");
      await compare(1.5, 0.001, "predicted");
      await page.getByLabel("Epsilon").fill("-1");
      await compare(1.5, 0.1, "predicted");
      await page.getByLabel("Class").selectOption({ label: "2" });
      await compare(1.5, 0.1, 2);
      assertEquals(await page.locator("[data-live] svg image").count(), 3);
      assertEquals(await pictureColors(page, "body"), []);
      assertEquals(errors, []);
    } finally {
      await browser.close();
    }
  },
);
