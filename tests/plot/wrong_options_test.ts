import { assertEquals } from "@std/assert";
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
  positionChart,
  relevanceFlow,
  timeUnitMap,
  topWords,
  wordHeatmap,
  wordMatrix,
} from "../../lib/plot/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertRejectsWith, type ErrorClass } from "../support/assert_message.ts";

/** What a cell of a notebook can hold: nothing checks its types. */
// deno-lint-ignore no-explicit-any -- wrong values on purpose
type Any = any;

const account = { received: 1, input: 1, rest: 0, entries: [{ layer: "a", bias: 0, stabilizer: 0 }] };

/** Each picture with its further options: how messages call it, and a call that is right. */
const PICTURES: Record<string, { known: string; draw: (options?: Any) => Picture }> = {
  "the word heat map": {
    known: "limit, colorMap, values, fontSize",
    draw: (options) => wordHeatmap(["a"], [1], options),
  },
  "the word matrix": {
    known: "limit, colorMap, values",
    draw: (options) => wordMatrix(["a"], { x: [1] }, options),
  },
  "the position chart": { known: "valueLabel", draw: (options) => positionChart(["a"], [1], options) },
  "the time by unit map": {
    known: "limit, colorMap, tokens, sharedScale, valueLabel",
    draw: (options) => timeUnitMap({ a: [[1]] }, options),
  },
  "the attention map": {
    known: "limit, colorMap, tokens, relevance, labels, columns",
    draw: (options) => attentionMap(tensor([[[1]]]), options),
  },
  "the top words": {
    known: "count, minimum, columns",
    draw: (options) => topWords({ a: [["a", 1]] }, options),
  },
  "the curve chart": {
    known: "xLabel, yLabel, bandLabel, height",
    draw: (options) => curveChart({ a: [1] }, options),
  },
  "the distribution chart": {
    known: "kind, valueLabel",
    draw: (options) => distributionChart({ a: [1] }, options),
  },
  "the relevance flow": {
    known: "tokens, relevance, words",
    draw: (options) => relevanceFlow(account, options),
  },
  "the ledger waterfall": { known: "byLayer", draw: (options) => ledgerWaterfall(account, options) },
  "the comparison table": {
    known: "limit, colorMap, tokens, sharedScale, pooling, size",
    draw: (options) => comparisonTable({ a: { relevance: tensor([[1]]) } }, options),
  },
  "the image heat map": {
    known: "limit, colorMap, image, imageRange, overlay, opacity, pooling, size",
    draw: (options) => imageHeatmap(tensor([[1]]), options),
  },
  "the image grid": {
    known: "limit, colorMap, images, imageRange, sharedScale, pooling, size",
    draw: (options) => imageGrid({ a: { b: tensor([[1]]) } }, options),
  },
  "the bar chart": { known: "valueLabel, highlight", draw: (options) => barChart(["a"], [1], options) },
};

for (const [name, { known, draw }] of Object.entries(PICTURES)) {
  Deno.test(`${name} says which option is wrong`, async () => {
    const cannot = `Cannot draw ${name}:`;
    const table: [options: Any, ErrorClass, string][] = [
      [5, TypeError, "options must be an object, got number"],
      [null, TypeError, "options must be an object, got null"],
      [
        { titel: "x" },
        TypeError,
        `options must be among title, caption, theme, width, ${known}, got "titel"`,
      ],
      [{ title: 5 }, TypeError, "title must be a text, got 5"],
      [{ caption: null }, TypeError, "caption must be a text, got null"],
      [{ width: "700" }, RangeError, 'width must be a number from 200 to 20000, got "700"'],
      [{ width: NaN }, RangeError, "width must be a number from 200 to 20000, got NaN"],
      [{ width: 1e9 }, RangeError, "width must be a number from 200 to 20000, got 1000000000"],
    ];
    for (const [options, type, message] of table) {
      await assertRejectsWith(() => draw(options), type, `${cannot} ${message}`);
    }
    const undefinedOptions = draw({ title: undefined, width: undefined });
    assertEquals(undefinedOptions.description, draw().description);
  });
}
