import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  attentionMap,
  comparisonTable,
  curveChart,
  distributionChart,
  imageGrid,
  imageHeatmap,
  ledgerWaterfall,
  type Picture,
  positionChart,
  relevanceFlow,
  timeUnitMap,
  topWords,
  wordMatrix,
} from "../../lib/plot/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { normalizeSVG } from "./normalize_svg.ts";

const tokens = ["not", "a", "bad", "film"];
const relevance = [-0.5, 0, 1, 0.25];
const image = tensor([[0, 255], [255, 0]]);
const ledger = {
  received: 4,
  input: 3,
  rest: 0.125,
  entries: [
    { layer: "output", bias: 0.5, stabilizer: 0.125 },
    { layer: "LSTM", bias: 0.375, stabilizer: -0.0625 },
    { layer: "LSTM", bias: -0.125, stabilizer: 0.0625 },
  ],
};

/** Each picture, a text that its SVG must hold, and a number that its alternative text must hold. */
const PICTURES: Record<string, { make: () => Picture; drawn: string; said: string }> = {
  // The largest of both rows is 2, so that is where the color bar ends.
  wordMatrix: {
    make: () => wordMatrix(tokens, { LRP: relevance, occlusion: [0, 0, -2, 0] }),
    drawn: ">+2</text>",
    said: "bad -2",
  },
  // A palette of 256 colors; the alternative text finds the lowest pixel.
  imageHeatmap: {
    make: () => imageHeatmap(tensor([[0, 1], [-2, 0]]), { image, caption: "class 3" }),
    drawn: ">−2</text>",
    said: "Sum -1, highest +1 at row 0, column 1, lowest -2 at row 1, column 0",
  },
  // Each cell has its own limit: 1 and 4.
  imageGrid: {
    make: () =>
      imageGrid({ one: { epsilon: tensor([[0, 1]]), gamma: tensor([[4, 0]]) } }, {
        images: [tensor([[9, 1]])],
      }),
    drawn: ">±4</text>",
    said: "one, gamma: Sum +4",
  },
  // Two panels on one scale that ends at 3.
  timeUnitMap: {
    make: () =>
      timeUnitMap({ cell: [[0, 3], [-2, 0]], hidden: [[0, 1], [1, 0]] }, {
        sharedScale: true,
        tokens: ["a", "b"],
      }),
    drawn: ">−3</text>",
    said: "cell: 2 by 2, largest +3 at step 0 (a), unit 1",
  },
  positionChart: {
    make: () => positionChart(tokens, relevance),
    drawn: ">film</text>",
    said: "bad +1, film +0.25",
  },
  // 4 - 0.5 - 0.125 - 0.375 + 0.0625 + 0.125 - 0.0625 - 0.125 = 3
  ledgerWaterfall: {
    make: () => ledgerWaterfall(ledger),
    drawn: ">−0.75</text>",
    said: "score 4, bias -0.75, stabilizer -0.125, rest -0.125, input 3. Unaccounted: 0",
  },
  // The stream after the output layer: 4 - 0.5 - 0.125.
  relevanceFlow: {
    make: () => relevanceFlow(ledger, { tokens: ["good", "film"], relevance: [3.5, -0.5] }),
    drawn: ">+3.38</text>",
    said: "LSTM: bias +0.25 leaves, rest +0.125 leaves",
  },
  curveChart: {
    make: () => curveChart({ LRP: { y: [1, 0.5], low: [1, 0.4], high: [1, 0.6] }, random: [1, 0.9] }),
    drawn: ">random</text>",
    said: "LRP: 1 at 0 to 0.5 at 1",
  },
  comparisonTable: {
    make: () => comparisonTable({ epsilon: { relevance, values: { gap: 0.125 } } }, { tokens }),
    drawn: ">0.125</text>",
    said: "epsilon: not -0.5, a 0, bad +1, film +0.25, gap 0.125",
  },
  attentionMap: {
    make: () =>
      attentionMap(tensor([[[0.9, 0.1], [0.5, 0.5]], [[0, 1], [1, 0]]]), {
        tokens: ["a", "b"],
        relevance: [1, -1],
      }),
    drawn: ">head 1</text>",
    said: "head 0: most from a to a, 0.9",
  },
  // The quartiles of 1, 2, 3, 4, 5 are 2 and 4.
  distributionChart: {
    make: () => distributionChart({ right: [1, 2, 3, 4, 5], wrong: [0] }),
    drawn: ">right</text>",
    said: "right: 5 samples, median +3, quartiles 2 and 4, mean +3",
  },
  // "good" occurs twice: (1 + 3) / 2 = 2.
  topWords: {
    make: () => topWords({ yes: [["good", 1], ["film", 0.5], ["good", 3]], no: [["bad", 1]] }),
    drawn: ">good</text>",
    said: "yes: good +2, film +0.5. no: bad +1",
  },
};

for (const [name, { make, drawn, said }] of Object.entries(PICTURES)) {
  Deno.test(`${name}() draws the same picture as before`, async (t) => {
    const picture = make();
    const svg = await picture.toSVG();
    assertStringIncludes(svg.replaceAll(/<\/?tspan[^>]*>/g, ""), drawn);
    assertStringIncludes(picture.description, said);
    await t.assertSnapshot(normalizeSVG(svg));
  });
}

Deno.test("every picture has a title, a text, a size and a dark form", async () => {
  for (const { make } of Object.values(PICTURES)) {
    const picture = make();
    assertEquals(picture.title.length > 0 && picture.toText().length > 20, true);
    assertEquals(picture.width >= 200 && picture.height >= 100, true);
  }
  const dark = await wordMatrix(["a"], { row: [1] }, { theme: "dark" }).toSVG();
  assertStringIncludes(dark, "rgb(21, 24, 29)");
});
