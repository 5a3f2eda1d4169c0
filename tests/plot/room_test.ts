import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  attentionMap,
  colorTable,
  comparisonTable,
  curveChart,
  distributionChart,
  type Drawing,
  imageGrid,
  imageHeatmap,
  ledgerWaterfall,
  positionChart,
  relevanceFlow,
  timeUnitMap,
  topWords,
  wordHeatmap,
  wordMatrix,
} from "../../lib/plot/mod.ts";
import { BOLD, fitMiddle, textWidth } from "../../lib/plot/text/text_width.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";

const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
const SENTENCE = "a title or a caption that is much too long for one line of a picture ".repeat(3);
const ledger = {
  received: 4,
  input: 3,
  rest: 0.125,
  entries: [{ layer: LONG, bias: 0.5, stabilizer: 0.125 }, { layer: SENTENCE, bias: 0.25, stabilizer: 0 }],
};

/** Where the texts of a drawing begin and end. */
function textEdges({ svg }: Drawing): { text: string; left: number; right: number }[] {
  const texts = svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g);
  return Array.from(texts, ([, attributes, text]) => {
    const value = (name: string): string | undefined =>
      new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes!)?.[1];
    const size = Number(value("font-size") ?? NaN);
    const width = textWidth(text!, size * (value("font-weight") ? BOLD : 1));
    const at = Number(value("x")), anchor = value("text-anchor");
    const left = anchor === "middle" ? at - width / 2 : anchor === "end" ? at - width : at;
    return { text: text!, left, right: left + width };
  }).filter(({ right }) => !Number.isNaN(right)); // words have their size from their group
}

Deno.test("no title, caption, label or number of a drawing leaves the picture", () => {
  const look = { title: SENTENCE, caption: `${LONG} ${SENTENCE}` };
  const drawings: Drawing[] = [
    wordHeatmap([LONG, "a"], { [LONG]: [0.123, -0.456], [SENTENCE]: [1, 2] }, { ...look, values: true }),
    wordHeatmap([LONG, "a"], [0.123, -0.456], { ...look, width: 200 }),
    imageHeatmap(zeros([4, 4]), look),
    imageHeatmap(tensor([[0.1234]]), { ...look, image: zeros([1, 1]) }),
    imageGrid({ [LONG]: { [SENTENCE]: tensor([[0.999]]) } }, { ...look, sharedScale: true }),
    comparisonTable({ [LONG]: { relevance: [1, -1], values: { [SENTENCE]: LONG } } }, {
      ...look,
      tokens: [LONG, "a"],
    }),
    relevanceFlow(ledger, { ...look, tokens: [LONG, "a"], relevance: [3, -0.5] }),
  ];
  for (const drawing of drawings) {
    for (const { text, left, right } of textEdges(drawing)) {
      assert(left >= 0 && right <= drawing.width, `${text}: from ${left} to ${right} of ${drawing.width}`);
    }
  }
});

Deno.test("the numbers of a color bar stand apart, however narrow it is", () => {
  for (const width of [200, 260, 320, 700]) {
    const drawing = wordHeatmap(["a"], [0.999], { width });
    const ticks = textEdges(drawing).filter(({ text }) => /^[+−]?[\d.]+$/.test(text));
    assertEquals(ticks.length, width > 300 ? 5 : 3);
    ticks.slice(1).forEach(({ left }, i) => assert(left - ticks[i]!.right >= 3, `width ${width}`));
  }
});

Deno.test("small and large numbers at axes have exponents, not letters", async () => {
  const figures = [
    positionChart(["a"], [1.5e-5]),
    curveChart({ a: [1e-7, 3e-7] }),
    distributionChart({ a: [2e7, 4e7] }, { kind: "box" }),
  ];
  for (const figure of figures) {
    const texts = [...(await figure.toSVG()).matchAll(/>([^<>]*\d[^<>]*)<\/text>/g)].map(([, text]) => text!);
    assert(texts.some((text) => /e[−+]\d/.test(text)), texts.join(" "));
    // To look for labels without room takes as long as the square of their number.
    const axes = figure.layout as Record<"xaxis" | "yaxis", { ticklabeloverflow: string }>;
    assertEquals([axes.xaxis.ticklabeloverflow, axes.yaxis.ticklabeloverflow], ["allow", "allow"]);
    assertEquals(texts.filter((text) => /\d[µμnMk]/.test(text)), []);
  }
});

Deno.test("steps, units and words are counted in whole numbers", async () => {
  const texts = async (svg: Promise<string>): Promise<string[]> =>
    [...(await svg).matchAll(/<text text-anchor="(?:middle|end)"[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
      text!
    );
  const map = timeUnitMap({ cell: [[0.5, 1], [1, 0]] });
  assertEquals((await texts(map.toSVG())).filter((text) => text.includes("0.5")), []);
  const curve = curveChart({ a: [0.25, 0.75, 1] });
  assertEquals((curve.layout.xaxis as Record<string, unknown>).dtick, 1);
  const long = curveChart({ a: { x: [0, 0.5], y: [1, 2] } });
  assertEquals((long.layout.xaxis as Record<string, unknown>).dtick, undefined);
});

Deno.test("attention, which is never negative, has a scale from 0; its relevance has both signs", () => {
  const [attention] = attentionMap(tensor([[[0.5, 0], [1, 0.25]]])).data;
  const bar = attention!.colorbar as { ticktext: string[] };
  assertEquals([attention!.zmin, attention!.zmax, bar.ticktext], [0, 1, ["0", "+0.5", "+1"]]);
  const colors = attention!.colorscale as [number, string][];
  assertEquals([colors[0], colors.at(-1)], [[0, "#f7f6f6"], [1, "#a50f26"]]);
  const [relevance] = attentionMap(tensor([[[0.5, 0], [-1, 0.25]]])).data;
  assertEquals([relevance!.zmin, relevance!.zmax], [-1, 1]);
});

Deno.test("names that are too long are cut", () => {
  const titles = (figure: { layout: Readonly<Record<string, unknown>> }): string[] =>
    (figure.layout.annotations as { text: string }[]).map(({ text }) => text.replaceAll(/<.?b>/g, ""));
  const heads = attentionMap(zeros([2, 1, 1]), { labels: [LONG, "short"] });
  assertEquals(titles(heads).map((title) => textWidth(title, 12 * BOLD) < 184), [true, true]);
  const [, first, second] = titles(topWords({ [LONG]: [["a", 1]], b: [["b", 1]] }));
  assertEquals([first!.endsWith("…"), second], [true, "b"]);
  const curves = curveChart({ [LONG]: [1, 0], other: [1, 1] });
  assert(textWidth(String(curves.data[0]!.name), 12) <= 640 * 0.3);
  const rows = positionChart(["a"], { [LONG]: [1], other: [1] });
  assert(textWidth(String(rows.data[0]!.name), 12) <= 700 * 0.3);
  const bars = ledgerWaterfall(ledger, { byLayer: true });
  const ticks = (bars.layout.xaxis as { ticktext: string[] }).ticktext;
  assertEquals(ticks.slice(1, 3).map((text) => /^Donau.*….*: (bias|stabilizer)$/.test(text)), [true, true]);
  assert(bars.height < 560);
  // 10 for the ellipsis, then a 5.56, j 2.22, b 5.56, i 2.22 and c 5 of 22
  assertEquals(fitMiddle("abcdefghij", 10, 32), "abc…ij");
});

Deno.test("thin pictures are thick enough to be seen", () => {
  const { svg } = imageHeatmap(tensor(new Float64Array(500).fill(1), [1, 500]));
  assertStringIncludes(svg, '<image x="12" y="40" width="224" height="10"');
});

Deno.test("numbers beyond the reach of float32 are drawn", () => {
  const type = (values: number[]): unknown =>
    (wordMatrix(["a", "b"], { row: values }).data[0]!.z as { dtype: string }).dtype;
  assertEquals([type([1, -2]), type([1e300, 0]), type([1e-300, -0])], ["f4", "f8", "f8"]);
  const { svg, description } = wordHeatmap(["a", "b", "c"], [1e300, -5e299, -0], { values: true });
  assertEquals(description.includes("a +1e300, b -5e299, c 0"), true);
  assertEquals([...svg.matchAll(/rx="3" fill="([^"]*)"/g)].map(([, color]) => color), [
    ...[255, 64, 128].map((at) => colorTable("redBlue")[at]!),
  ]);
});

Deno.test("the number beside a word that runs to the left keeps its sign in front", () => {
  const { svg } = relevanceFlow(ledger, { tokens: ["شكرا", "film"], relevance: [3, -0.5] });
  assertStringIncludes(svg, ">شكرا \u200e+3</text>");
  assertStringIncludes(svg, ">film −0.5</text>");
});
