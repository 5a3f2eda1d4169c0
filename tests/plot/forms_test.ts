import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  attentionMap,
  barChart,
  comparisonTable,
  curveChart,
  distributionChart,
  imageGrid,
  imageHeatmap,
  ledgerWaterfall,
  type Picture,
  type PictureOptions,
  positionChart,
  relevanceFlow,
  timeUnitMap,
  topWords,
  wordHeatmap,
  wordMatrix,
} from "../../lib/plot/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

const account = { received: 1, input: 1, rest: 0, entries: [{ layer: "a", bias: 0.5, stabilizer: -0.5 }] };
const pixels = tensor([[1, -2]]);

const PICTURES: Record<string, (options: PictureOptions) => Picture> = {
  attentionMap: (options) => attentionMap(tensor([[[1]]]), options),
  barChart: (options) => barChart(["a"], [1], options),
  comparisonTable: (options) => comparisonTable({ a: { relevance: pixels } }, options),
  curveChart: (options) => curveChart({ a: [1, 2] }, options),
  distributionChart: (options) => distributionChart({ a: [1, 2] }, options),
  imageGrid: (options) => imageGrid({ a: { b: pixels } }, options),
  imageHeatmap: (options) => imageHeatmap(pixels, options),
  ledgerWaterfall: (options) => ledgerWaterfall(account, options),
  positionChart: (options) => positionChart(["a"], [1], options),
  relevanceFlow: (options) => relevanceFlow(account, options),
  timeUnitMap: (options) => timeUnitMap({ a: [[1, -1]] }, options),
  topWords: (options) => topWords({ a: [["a", 1]] }, options),
  wordHeatmap: (options) => wordHeatmap(["a"], [1], options),
  wordMatrix: (options) => wordMatrix(["a"], { x: [1] }, options),
};

const GROUNDS = { light: /#ffffff|rgb\(255, 255, 255\)/, dark: /#15181d|rgb\(21, 24, 29\)/ };

for (const [name, make] of Object.entries(PICTURES)) {
  Deno.test(`${name}() has a title, a caption, alternative text, and a form for light and for dark pages`, async () => {
    for (const theme of ["light", "dark"] as const) {
      const other = theme === "light" ? "dark" : "light";
      const picture = make({ title: "The title", caption: "the caption", theme });
      const svg = await picture.toSVG();
      const ground = svg.slice(0, svg.indexOf("<text"));
      assertEquals([GROUNDS[theme].test(ground), GROUNDS[other].test(ground)], [true, false]);
      assertStringIncludes(svg, "The title");
      assertStringIncludes(svg, "the caption");
      assertStringIncludes(
        await picture.toHTML({ fragment: true }),
        `alt="${picture.description.slice(0, 20)}`,
      );
      assertStringIncludes(picture.description, "The title. the caption");
      const page = await picture.toHTML();
      assertStringIncludes(page, `background:${theme === "dark" ? "#15181d" : "#ffffff"}}`);
    }
  });
}

Deno.test("pictures of images name how channels became one number", () => {
  const channels = tensor([[[1]], [[-4]], [[2]]]);
  for (const [pooling, value] of [["sum", -1], ["mean", -0.333], ["largest", -4], ["norm", 4.58]] as const) {
    const { description } = imageHeatmap(channels, { pooling });
    assertStringIncludes(description, `3 channels: ${pooling}`);
    assertStringIncludes(description, `highest ${value > 0 ? "+" : ""}${value} at row 0`);
  }
});

Deno.test("one scale is shared on demand", () => {
  const limits = (options: { sharedScale?: boolean }): (string | undefined)[] => [
    /±[\d.]+|from -\d/.exec(imageGrid({ a: { b: pixels, c: tensor([[5, 0]]) } }, options).svg)?.[0],
    /±[\d.]+/.exec(
      comparisonTable({ a: { relevance: pixels }, b: { relevance: tensor([[5, 0]]) } }, options).svg,
    )
      ?.[0],
    `${timeUnitMap({ a: [[1]], b: [[5]] }, options).data[0]!.zmax}`,
  ];
  assertEquals(limits({}), ["±2", "±2", "1"]);
  assertEquals(limits({ sharedScale: true }), ["from -5", undefined, "5"]);
});

Deno.test("distributions are violins or boxes", () => {
  const kinds = (["violin", "box"] as const).map((kind) => distributionChart({ a: [1, 2, 3] }, { kind }));
  assertEquals(kinds.map(({ data }) => data[0]!.type), ["violin", "box"]);
  assertEquals(kinds.map(({ description }) => description.slice(0, 8)), ["Violin p", "Box plot"]);
});
