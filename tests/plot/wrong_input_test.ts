import {
  attentionMap,
  barChart,
  colorScale,
  colorTable,
  comparisonTable,
  curveChart,
  Figure,
  imageGrid,
  imageHeatmap,
  ledgerWaterfall,
  progress,
  rankWords,
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

const cases: [call: () => unknown, ErrorClass, string][] = [
  [
    () => wordHeatmap("text" as Any, [1]),
    TypeError,
    'Cannot draw the word heat map: the words must be a list of texts, got "text"',
  ],
  [
    () => wordHeatmap(["a", 5] as Any, [1, 2]),
    TypeError,
    "Cannot draw the word heat map: the words must be texts, got 5 at [1]",
  ],
  [
    () => wordHeatmap(["a"], undefined as Any),
    TypeError,
    "Cannot draw the word heat map: relevance must be a list of numbers, an attribution, or rows of these by label, got undefined",
  ],
  [
    () => wordHeatmap(["a"], ["1"] as Any),
    TypeError,
    'Cannot draw the word heat map: relevance must be numbers, got "1" at [0]',
  ],
  [
    () => wordHeatmap(["a"], [1n] as Any),
    TypeError,
    "Cannot draw the word heat map: relevance must be numbers, got 1n at [0]",
  ],
  [
    () => wordMatrix(["a"], { row: 5 } as Any),
    TypeError,
    'Cannot draw the word matrix: relevance of row "row" must be a list of numbers, got 5',
  ],
  [
    () => wordMatrix(["a"], { row: [null] } as Any),
    TypeError,
    'Cannot draw the word matrix: relevance of row "row" must be numbers, got null at [0]',
  ],
  [
    () => timeUnitMap(5 as Any),
    TypeError,
    "Cannot draw the time by unit map: the panels must be an object or [label, value] pairs, got 5",
  ],
  [
    () => timeUnitMap([[1, 2], "x"] as Any),
    TypeError,
    'Cannot draw the time by unit map: the panels must be an object or [label, value] pairs, got "x" at [1]',
  ],
  [
    () => timeUnitMap({ cell: "x" } as Any),
    TypeError,
    'Cannot draw the time by unit map: panel "cell" must be an ndarray or a list of rows, got "x"',
  ],
  [
    () => timeUnitMap({ cell: [[1], ["2"]] } as Any),
    TypeError,
    'Cannot draw the time by unit map: row 1 of panel "cell" must be numbers, got "2" at [0]',
  ],
  [
    () => timeUnitMap({ cell: [[1]] }, { tokens: "a" } as Any),
    TypeError,
    'Cannot draw the time by unit map: tokens must be a list of texts, got "a"',
  ],
  [
    () => attentionMap([[[1]]] as Any),
    TypeError,
    "Cannot draw the attention map: attention must be an ndarray, such as tensor([[1, 2]]) makes, got a list",
  ],
  [
    () => attentionMap(tensor([[[1]]]), { columns: 1.5 }),
    RangeError,
    "Cannot draw the attention map: columns must be a positive whole number, got 1.5",
  ],
  [
    () => topWords({ a: "text" } as Any),
    TypeError,
    'Cannot rank words: they must be given as [word, relevance] pairs, got "text"',
  ],
  [
    () => rankWords([["a", 1], "b"] as Any),
    TypeError,
    'Cannot rank words: they must be given as [word, relevance] pairs, got "b"',
  ],
  [
    () => topWords({ a: [["a", "1"]] } as Any),
    TypeError,
    'Cannot rank words: relevance of "a" must be numbers, got "1" at [0]',
  ],
  [
    () => topWords({ a: [["a", 1]] }, { count: 0 }),
    RangeError,
    "Cannot draw the top words: count must be a positive whole number, got 0",
  ],
  [
    () => curveChart({ a: { y: [1], upper: [2] } as Any }),
    TypeError,
    'Cannot draw the curve chart: options must be among x, y, low, high, got "upper"',
  ],
  [
    () => curveChart({ a: { y: [1], low: [0] } }),
    TypeError,
    'Cannot draw the curve chart: curve "a" must have low and high or none of them, got low alone',
  ],
  [
    () => curveChart({ a: "x" as Any }),
    TypeError,
    'Cannot draw the curve chart: curve "a" must be a list of numbers, got "x"',
  ],
  [
    () => curveChart({ a: [1] }, { height: 10 }),
    RangeError,
    "Cannot draw the curve chart: height must be a number from 160 to 20000, got 10",
  ],
  [
    () => ledgerWaterfall(undefined as Any),
    TypeError,
    "Cannot draw the ledger waterfall: the ledger must be that of an attribution by LRP, or an account like it, got undefined",
  ],
  [
    () => relevanceFlow({ received: 1 } as Any),
    TypeError,
    "Cannot draw the relevance flow: the ledger must be that of an attribution by LRP, or an account like it, got an object",
  ],
  [
    () => relevanceFlow(account, { tokens: ["a"] }),
    TypeError,
    "Cannot draw the relevance flow: relevance must be a list of numbers, got undefined",
  ],
  [
    () => comparisonTable({ a: 5 } as Any),
    TypeError,
    'Cannot draw the comparison table: row "a" must be { relevance, values }, got 5',
  ],
  [
    () => comparisonTable({ a: { relevance: tensor([[1]]), value: 1 } as Any }),
    TypeError,
    'Cannot draw the comparison table: options must be among relevance, values, got "value"',
  ],
  [
    () => imageHeatmap([[1]] as Any),
    TypeError,
    "Cannot draw the image heat map: relevance must be an ndarray, such as tensor([[1, 2]]) makes, got a list",
  ],
  [
    () => imageHeatmap(tensor([[1]]), { overlay: "no" as Any }),
    TypeError,
    'Cannot draw the image heat map: overlay must be true or false, got "no"',
  ],
  [
    () => imageHeatmap(tensor([[1]]), { image: tensor([[1]]), imageRange: [1, 0] }),
    RangeError,
    "Cannot draw the image heat map: imageRange must be two numbers, the lower first, got 1,0",
  ],
  [
    () => imageHeatmap(tensor([[1]]), { size: 5 }),
    RangeError,
    "Cannot draw the image heat map: size must be a number from 16 to 20000, got 5",
  ],
  [
    () => imageGrid({ a: { b: tensor([[1]]) } }, { images: 5 as Any }),
    RangeError,
    "Cannot draw the image grid: images must be one per row (1), got 5",
  ],
  [
    () => barChart(["a"], new Map() as Any),
    TypeError,
    "Cannot draw the bar chart: values must be a list of numbers, got a Map",
  ],
  [
    () => barChart(["a"], [1], { highlight: "b" }),
    RangeError,
    'Cannot draw the bar chart: highlight must name labels of bars, got "b"',
  ],
  [
    () => colorTable(5 as Any),
    RangeError,
    'Cannot choose the color map: its name must be one of "redBlue", "redBlueDark", "orangePurple", "bwr", "seismic", "coolwarm", got 5',
  ],
  [
    () => colorScale("1" as Any),
    RangeError,
    "Cannot make the color scale: the limit must be finite and at least 0, got 1",
  ],
  [() => progress(5 as Any), TypeError, "Cannot show progress: label must be a text, got 5"],
  [
    () => progress("x", { totals: 5 } as Any),
    TypeError,
    'Cannot show progress: options must be among total, got "totals"',
  ],
  [
    () => new Figure({ data: {}, title: "", description: "" } as Any),
    TypeError,
    "Cannot make a figure: data must be a list of traces, got an object",
  ],
  [
    () => new Figure({ data: [], title: "" } as Any),
    TypeError,
    "Cannot make a figure: the option description must be given, got undefined",
  ],
  [
    () => wordHeatmap(["a"], [1]).toHTML({ fragments: true } as Any),
    TypeError,
    'Cannot write the picture as HTML: options must be among fragment, got "fragments"',
  ],
  [
    () => barChart(["a"], [1]).toHTML({ fragments: true } as Any),
    TypeError,
    'Cannot write the picture as HTML: options must be among fragment, got "fragments"',
  ],
  [
    () => barChart(["a"], [1]).toPNG({ zoom: 2 } as Any),
    TypeError,
    'Cannot draw the picture as PNG: options must be among scale, got "zoom"',
  ],
];

for (const [index, [call, type, message]] of cases.entries()) {
  Deno.test(`wrong input ${index}: ${message.slice(0, 90)}`, () => assertRejectsWith(call, type, message));
}
