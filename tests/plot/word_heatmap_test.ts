import { assertEquals, assertStringIncludes } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { wordHeatmap } from "../../lib/plot/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";
import { normalizeSVG } from "./normalize_svg.ts";

const rectangles = (svg: string): string[] =>
  Array.from(svg.matchAll(/<rect x="[^>]*fill="(#[0-9a-f]{6})"\/><text/g), (match) => match[1]!);

Deno.test("wordHeatmap() draws the same picture as before", async (t) => {
  const picture = wordHeatmap(["not", "a", "bad", "film"], [-0.5, 0, 1, 0.25], {
    title: "Why?",
    caption: "target: positive",
    values: true,
  });
  await t.assertSnapshot(normalizeSVG(picture.svg));
  // full red for the largest, half of full blue for -0.5 of 1: entry floor(256 * 0.25) = 64
  assertEquals(rectangles(picture.svg)[2], "#a50f26");
  assertStringIncludes(picture.description, "not -0.5, a 0, bad +1, film +0.25");
});

Deno.test("wordHeatmap() shares one scale between rows, and between pictures on demand", () => {
  const tokens = ["x"];
  const picture = wordHeatmap(tokens, { first: [1], second: [-2] }, { colorMap: "bwr" });
  // +1 on a limit of 2: entry 192 of bwr; -2: entry 0
  assertEquals(rectangles(picture.svg), ["#ff7e7e", "#0000ff"]);
  assertEquals(rectangles(wordHeatmap(tokens, [1], { colorMap: "bwr", limit: 2 }).svg), ["#ff7e7e"]);
});

Deno.test("wordHeatmap() takes attributions, ndarrays, and entries whose labels are numbers, in their order", () => {
  const tokens = ["x", "y"];
  assertEquals(wordHeatmap(tokens, { tokenRelevance: [1, 2] }).toText(), "x(+1) y(+2)");
  assertEquals(wordHeatmap(tokens, tensor([1, 2])).toText(), "x(+1) y(+2)");
  const rows = new Map<string, number[]>([["7", [1, 0]], ["3", [0, 2]]]);
  assertEquals(wordHeatmap(tokens, rows).toText(), "7: x(+1) y(0)\n3: x(0) y(+2)");
});

Deno.test("wordHeatmap() colors words of one sign from the middle to one end only", () => {
  const table = rectangles(wordHeatmap(["a", "b", "c"], [0, 1, 2], { colorMap: "bwr" }).svg);
  assertEquals(table, ["#fffefe", "#ff7e7e", "#ff0000"]);
});

Deno.test("wordHeatmap() of zeros is all middle, and its color bar says 0", () => {
  const picture = wordHeatmap(["a", "b"], [0, 0], { colorMap: "bwr" });
  assertEquals(rectangles(picture.svg), ["#fffefe", "#fffefe"]);
  assertStringIncludes(picture.description, "Colors from 0 to 0");
});

Deno.test("wordHeatmap() lets no word break out of the picture", async () => {
  const words = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'&amp;",
    "a\u0000\u001b[31m",
    "\ud800",
  ];
  const picture = wordHeatmap(words, [1, -1, 0, 0.5, 0.2]);
  const html = await picture.toHTML();
  for (const text of [picture.svg, html]) {
    assertEquals(/<script|<img src=x|onerror=alert\(1\)>/.test(text), false);
    // deno-lint-ignore no-control-regex
    assertEquals(/[\u0000-\u0008\u001b]/.test(text), false);
  }
  assertStringIncludes(picture.svg, "&#60;script&#62;alert(1)&#60;/script&#62;");
  assertStringIncludes(picture.svg, "a␀␛[31m");
  assertEquals(picture.toText().includes("\u001b"), false);
  assertEquals(picture.svg.isWellFormed(), true);
});

Deno.test("wordHeatmap() runs from right to left where the words do", () => {
  const lefts = (svg: string): number[] =>
    Array.from(svg.matchAll(/<rect x="([\d.]+)"[^>]*rx="3"/g), (match) => Number(match[1]));
  const arabic = lefts(wordHeatmap(["هذا", "فيلم", "جميل"], [1, 2, 3]).svg);
  assertEquals(arabic[0]! > arabic[1]! && arabic[1]! > arabic[2]!, true);
  const english = lefts(wordHeatmap(["a", "good", "film"], [1, 2, 3]).svg);
  assertEquals(english[0]! < english[1]! && english[1]! < english[2]!, true);
});

Deno.test("wordHeatmap() wraps 5,000 words inside its width", () => {
  const words = Array.from({ length: 5000 }, (_, i) => `word${i}`);
  const picture = wordHeatmap(words, words.map((_, i) => Math.sin(i)));
  const boxes = Array.from(
    picture.svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*rx="3"/g),
  );
  assertEquals(boxes.length, 5000);
  assertEquals(boxes.every(([, x, width]) => Number(x) + Number(width) <= 700 - 12), true);
  assertEquals(picture.height > 10000, true);
});

Deno.test("wordHeatmap() cuts a word that is longer than a line, and keeps emoji whole", () => {
  const picture = wordHeatmap(["a".repeat(1000), "👩‍👩‍👧‍👦".repeat(200)], [1, 2]);
  const texts = Array.from(
    picture.svg.matchAll(/<text [^>]*textLength[^>]*>([^<]*)</g),
    (match) => match[1]!,
  );
  assertEquals(texts[0]!.endsWith("a…"), true);
  assertEquals(texts[1]!.endsWith("👩‍👩‍👧‍👦…"), true);
  assertEquals(texts[0]!.length < 120, true);
});

Deno.test("wordHeatmap().toANSI() colors by default, and not with NO_COLOR or on request", () => {
  const picture = wordHeatmap(["a", "b"], [1, -1], { colorMap: "bwr", caption: "LRP" });
  const [title, words, bar] = picture.toANSI().split("\n");
  assertEquals(title, "Relevance of the words · LRP");
  assertEquals(
    words,
    "\u001b[48;2;255;0;0m\u001b[38;2;17;17;17m a \u001b[0m\u001b[48;2;0;0;255m\u001b[38;2;255;255;255m b \u001b[0m",
  );
  assertEquals(bar!.startsWith("-1 \u001b[48;2;0;0;255m") && bar!.endsWith("+1"), true);
  assertEquals(
    picture.toANSI({ color: "never" }),
    "Relevance of the words · LRP\na(+1) b(-1)\nscale -1 to +1",
  );
  assertEquals(picture.toANSI({ color: "auto" }).includes("\u001b"), !Deno.noColor);
});

Deno.test("wordHeatmap().toANSI() breaks lines at the width of the terminal", () => {
  const picture = wordHeatmap(["aaaa", "bbbb", "cccc"], { row: [1, 2, 3] });
  assertEquals(picture.toANSI({ color: "never", width: 28 }).split("\n"), [
    "Relevance of the words",
    "row  aaaa(+1) bbbb(+2)",
    "     cccc(+3)",
    "scale -3 to +3",
  ]);
});

Deno.test("wordHeatmap() tells the number under the pointer", async () => {
  const html = await wordHeatmap(["good"], [0.5]).toHTML({ fragment: true });
  assertStringIncludes(html, 'title="good +0.5"');
  const name = /usemap="#([^"]+)"/.exec(html)?.[1];
  assertStringIncludes(html, `<map name="${name}">`);
});

Deno.test("wordHeatmap() is the same text for the same numbers", async () => {
  const make = () => wordHeatmap(["a"], [1]).toBundle();
  assertEquals(await make(), await make());
});

Deno.test("wordHeatmap() refuses what it cannot draw", () => {
  assertMessage(
    () => wordHeatmap([], []),
    RangeError,
    "Cannot draw the word heat map: at least one word is required, got 0",
  );
  assertMessage(
    () => wordHeatmap(["a"], {}),
    RangeError,
    "Cannot draw the word heat map: at least one of the rows of relevance is required, got 0",
  );
  assertMessage(
    () => wordHeatmap(["a", "b"], [1]),
    ShapeError,
    "Cannot draw the word heat map: relevance must have one number for each of 2 words, got 1",
  );
  assertMessage(
    () => wordHeatmap(["a", "b"], { "x<y": [1, 2, 3] }),
    ShapeError,
    'Cannot draw the word heat map: relevance of row "x<y" must have one number for each of 2 words, got 3',
  );
  assertMessage(
    () => wordHeatmap(["a", "b"], tensor([[1, 2]])),
    ShapeError,
    "Cannot draw the word heat map: relevance must have shape [words], got [1, 2]",
  );
  assertMessage(
    () => wordHeatmap(["a", "b"], [1, NaN]),
    NumericalError,
    "Cannot draw the word heat map: relevance must be finite, got NaN at [1]",
  );
  assertMessage(
    () => wordHeatmap(["a"], [1], { width: 10 }),
    RangeError,
    "Cannot draw the word heat map: width must be a number from 200 to 20000, got 10",
  );
  assertMessage(
    () => wordHeatmap(["a"], [1], { theme: "blue" as "dark" }),
    RangeError,
    'Cannot choose the theme: its name must be "light" or "dark", got "blue"',
  );
});
