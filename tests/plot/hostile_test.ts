import { assertEquals } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
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
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' & $x$ \u0007",
  "👩‍👩‍👧‍👦",
  "شكرا",
];
const numbers = HOSTILE.map((_, i) => i - 2);

/** Each picture made of labels that would like to be markup. */
const pictures: Record<string, Picture> = {
  wordMatrix: wordMatrix(HOSTILE, [[HOSTILE[0]!, numbers]]),
  positionChart: positionChart(HOSTILE, numbers, { title: HOSTILE[0]! }),
  timeUnitMap: timeUnitMap([[HOSTILE[1]!, HOSTILE.map(() => [1, 2])]], { tokens: HOSTILE }),
  attentionMap: attentionMap(tensor(new Float64Array(25), [1, 5, 5]), {
    tokens: HOSTILE,
    labels: [HOSTILE[0]!],
  }),
  topWords: topWords([[HOSTILE[1]!, HOSTILE.map((word) => [word, 1] as const)]]),
  curveChart: curveChart([[HOSTILE[0]!, [1, 2]], [HOSTILE[1]!, [1]]]),
  distributionChart: distributionChart([[HOSTILE[0]!, [1]]], { caption: HOSTILE[1]! }),
  relevanceFlow: relevanceFlow(
    { received: 1, input: 1, rest: 0, entries: [{ layer: HOSTILE[0]!, bias: 0, stabilizer: 0 }] },
    { tokens: HOSTILE, relevance: numbers },
  ),
  ledgerWaterfall: ledgerWaterfall(
    { received: 1, input: 1, rest: 0, entries: [{ layer: HOSTILE[1]!, bias: 0, stabilizer: 0 }] },
    { byLayer: true },
  ),
  comparisonTable: comparisonTable([[HOSTILE[0]!, {
    relevance: numbers,
    values: { [HOSTILE[1]!]: HOSTILE[0]! },
  }]], {
    tokens: HOSTILE,
  }),
  imageHeatmap: imageHeatmap(tensor([[1]]), { title: HOSTILE[0]!, caption: HOSTILE[1]! }),
  imageGrid: imageGrid([[HOSTILE[0]!, [[HOSTILE[1]!, tensor([[1]])]]]]),
};

for (const [name, picture] of Object.entries(pictures)) {
  Deno.test(`${name}() lets no text break out of the picture`, async () => {
    const svg = await picture.toSVG();
    const html = await picture.toHTML({ fragment: true });
    assertEquals(/<script|<img|<tspan[^>]*onerror/.test(svg), false);
    assertEquals(/onerror=alert\(1\)>/.test(html.replaceAll(/<script>.*?<\/script>/gs, "")), false);
    assertEquals((html.match(/<img/g) ?? []).length, 1);
    assertEquals((html.match(/<\/script>/g) ?? []).length <= 1, true);
    // deno-lint-ignore no-control-regex
    assertEquals(/[\u0000-\u0008]/.test(svg), false);
    const { Resvg } = await import("@resvg/resvg-js");
    // It is well-formed XML that a strict parser draws.
    assertEquals(new Resvg(svg).width, picture.width);
  });
}

Deno.test("pictures of zeros, of one sample and of one pixel are drawn", async () => {
  const least: Picture[] = [
    wordMatrix(["a"], { row: [0] }),
    positionChart(["a"], [0]),
    timeUnitMap({ cell: [[0]] }),
    attentionMap(zeros([1, 1, 1])),
    topWords({ yes: [["a", 0]] }),
    curveChart({ flat: [0] }),
    distributionChart({ one: [0] }),
    distributionChart({ one: [0] }, { kind: "box" }),
    relevanceFlow({ received: 0, input: 0, rest: 0, entries: [] }, { tokens: ["a"], relevance: [0] }),
    ledgerWaterfall({ received: 0, input: 0, rest: 0, entries: [] }),
    comparisonTable({ row: { relevance: zeros([1, 1]) } }),
    imageHeatmap(zeros([1, 1]), { image: zeros([1, 1]) }),
    imageGrid({ row: { cell: zeros([3, 1, 1]) } }),
  ];
  for (const picture of least) {
    assertEquals(/NaN|undefined|Infinity/.test(await picture.toSVG()), false, picture.title);
  }
});

Deno.test("imageHeatmap() draws 1000 by 1000 pixels exactly, in a palette", () => {
  const values = Float64Array.from({ length: 1e6 }, (_, i) => Math.sin(i));
  const { svg } = imageHeatmap(tensor(values, [1000, 1000]));
  const png = Uint8Array.from(atob(/base64,([^"]+)"/.exec(svg)![1]!), (c) => c.charCodeAt(0));
  const header = new DataView(png.buffer);
  // IHDR: width, height, 8 bits, color type 3 (palette)
  assertEquals([header.getUint32(16), header.getUint32(20), png[24], png[25]], [1000, 1000, 8, 3]);
  assertEquals(svg.length < 1_400_000, true);
});

Deno.test("pictures refuse NaN, saying where it stands", () => {
  const NAN = [1, NaN];
  const image = tensor([[1, NaN]]);
  const table: [() => unknown, string][] = [
    [
      () => wordMatrix(["a", "b"], { row: NAN }),
      'Cannot draw the word matrix: relevance of row "row" must be finite, got NaN at [1]',
    ],
    [
      () => positionChart(["a", "b"], NAN),
      "Cannot draw the position chart: relevance must be finite, got NaN at [1]",
    ],
    [
      () => timeUnitMap({ cell: [NAN] }),
      'Cannot draw the time by unit map: panel "cell" must be finite, got NaN at [0, 1]',
    ],
    [
      () => attentionMap(tensor([[[NaN]]])),
      "Cannot draw the attention map: attention must be finite, got NaN at [0, 0, 0]",
    ],
    [
      () => topWords({ yes: [["a", NaN]] }),
      'Cannot rank words: relevance of "a" must be finite, got NaN at [0]',
    ],
    [
      () => curveChart({ one: NAN }),
      'Cannot draw the curve chart: curve "one" must be finite, got NaN at [1]',
    ],
    [
      () => distributionChart({ one: NAN }),
      'Cannot draw the distribution chart: group "one" must be finite, got NaN at [1]',
    ],
    [
      () => ledgerWaterfall({ received: NaN, input: 0, rest: 0, entries: [] }),
      "Cannot draw the ledger waterfall: the ledger's totals must be finite, got NaN at [0]",
    ],
    [
      () =>
        relevanceFlow({
          received: 0,
          input: 0,
          rest: 0,
          entries: [{ layer: "top", bias: 0, stabilizer: NaN }],
        }),
      "Cannot draw the relevance flow: the ledger's line of top must be finite, got NaN at [1]",
    ],
    [
      () => comparisonTable({ row: { relevance: image } }),
      'Cannot draw the comparison table: relevance of "row" must be finite, got NaN at [0, 1]',
    ],
    [
      () => imageHeatmap(image),
      "Cannot draw the image heat map: relevance must be finite, got NaN at [0, 1]",
    ],
    [
      () => imageGrid({ a: { b: image } }),
      'Cannot draw the image grid: relevance "b" of row "a" must be finite, got NaN at [0, 1]',
    ],
  ];
  for (const [call, message] of table) assertMessage(call, NumericalError, message);
});

Deno.test("pictures refuse an empty selection", () => {
  const table: [() => unknown, string][] = [
    [() => wordMatrix([], {}), "Cannot draw the word matrix: at least one word is required, got 0"],
    [() => positionChart([], []), "Cannot draw the position chart: at least one word is required, got 0"],
    [
      () => timeUnitMap({}),
      "Cannot draw the time by unit map: at least one of the panels is required, got 0",
    ],
    [
      () => timeUnitMap({ cell: [] }),
      'Cannot draw the time by unit map: panel "cell" must have at least one number, got shape [0, 0]',
    ],
    [() => topWords({}), "Cannot draw the top words: at least one of the classes is required, got 0"],
    [
      () => topWords({ yes: [["a", 1]] }, { minimum: 2 }),
      'Cannot draw the top words: at least one word of "yes" must occur 2 times or more, got none',
    ],
    [() => curveChart({}), "Cannot draw the curve chart: at least one of the curves is required, got 0"],
    [
      () => curveChart({ one: [] }),
      'Cannot draw the curve chart: curve "one" must have at least one number, got none',
    ],
    [
      () => distributionChart({}),
      "Cannot draw the distribution chart: at least one of the groups is required, got 0",
    ],
    [
      () => comparisonTable({}),
      "Cannot draw the comparison table: at least one of the rows is required, got 0",
    ],
    [() => imageGrid({}), "Cannot draw the image grid: at least one of the rows is required, got 0"],
    [
      () => imageGrid({ a: {} }),
      'Cannot draw the image grid: at least one of the cells of row "a" is required, got 0',
    ],
  ];
  for (const [call, message] of table) assertMessage(call, RangeError, message);
});

Deno.test("pictures refuse shapes that do not fit", () => {
  const table: [() => unknown, string][] = [
    [
      () => timeUnitMap({ cell: [[1], [2]], hidden: [[1]] }),
      'Cannot draw the time by unit map: panel "hidden" must have 2 steps as the first panel has, got 1',
    ],
    [
      () => timeUnitMap({ cell: [[1], [2, 3]] }),
      'Cannot draw the time by unit map: all rows of panel "cell" must have length 1, got 2 in row 1',
    ],
    [
      () => timeUnitMap({ cell: zeros([2]) }),
      'Cannot draw the time by unit map: panel "cell" must have shape [rows, columns], got [2]',
    ],
    [
      () => timeUnitMap({ cell: [[1]] }, { tokens: [] }),
      "Cannot draw the time by unit map: tokens must have 1 steps as the first panel has, got 0",
    ],
    [
      () => attentionMap(zeros([1, 2, 3])),
      "Cannot draw the attention map: attention must have shape [heads, T, T], got [1, 2, 3]",
    ],
    [
      () => attentionMap(zeros([1, 1, 1]), { tokens: ["a", "b"] }),
      "Cannot draw the attention map: tokens must be 1, got 2",
    ],
    [
      () => attentionMap(zeros([1, 1, 1]), { relevance: [1, 2] }),
      "Cannot draw the attention map: relevance must have 1 numbers, got 2",
    ],
    [
      () => curveChart({ one: { y: [1, 2], low: [1], high: [1, 2] } }),
      'Cannot draw the curve chart: low of curve "one" must have 2 numbers, got 1',
    ],
    [
      () => imageHeatmap(zeros([2])),
      "Cannot draw the image heat map: relevance must have shape [height, width] or [channels, height, width], got [2]",
    ],
    [
      () => imageHeatmap(zeros([2, 0])),
      "Cannot draw the image heat map: relevance must have shape [height, width] or [channels, height, width], got [2, 0]",
    ],
    [
      () => imageHeatmap(zeros([2, 2]), { image: zeros([2, 3]) }),
      "Cannot draw the image heat map: image must have the height and width of the relevance, [2, 2], got [2, 3]",
    ],
    [
      () => imageHeatmap(zeros([2, 2]), { image: zeros([4, 2, 2]) }),
      "Cannot draw the image heat map: image must have 1 or 3 channels, got 4",
    ],
  ];
  for (const [call, message] of table) assertMessage(call, ShapeError, message);
});

Deno.test("pictures refuse options that do not exist", () => {
  assertMessage(
    () => imageHeatmap(zeros([2, 2]), { pooling: "max" as "sum" }),
    RangeError,
    'Cannot draw the image heat map: pooling must be one of "sum", "mean", "largest", "norm", got "max"',
  );
  assertMessage(
    () => imageHeatmap(zeros([2, 2]), { opacity: 2 }),
    RangeError,
    "Cannot draw the image heat map: opacity must be from 0 to 1, got 2",
  );
  assertMessage(
    () => imageGrid({ a: { b: zeros([1, 1]) } }, { images: [] }),
    RangeError,
    "Cannot draw the image grid: images must be one per row (1), got 0",
  );
  assertMessage(
    () => distributionChart({ a: [1] }, { kind: "bar" as "box" }),
    RangeError,
    'Cannot draw the distribution chart: kind must be "violin" or "box", got "bar"',
  );
  assertMessage(
    () => comparisonTable({ a: { relevance: [1] } }),
    TypeError,
    "Cannot draw the comparison table: without tokens, relevance must be an ndarray of an image, got a list",
  );
});
