import { assertEquals, assertStringIncludes } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { barChart } from "../../lib/plot/mod.ts";
import { assertMessage } from "../support/assert_message.ts";
import { normalizeSVG } from "./normalize_svg.ts";

Deno.test("barChart() draws the same picture as before", async (t) => {
  const figure = barChart(["GetWeather", "PlayMusic"], [-1.5, 7.25], {
    highlight: "PlayMusic",
    caption: "logits",
  });
  const svg = await figure.toSVG();
  await t.assertSnapshot(normalizeSVG(svg));
  assertStringIncludes(svg, ">7.25</text>");
  assertStringIncludes(svg, ">−1.5</text>");
});

Deno.test("barChart() keeps bars with equal labels apart, and shows markup as it is written", async () => {
  const svg = await barChart(["<b>$x$</b>", "<b>$x$</b>"], [1, 2]).toSVG();
  assertEquals(svg.split(">&#60;b&#62;$x$&#60;/b&#62;</text>").length - 1, 2);
});

Deno.test("barChart() of nothing but zeros, and of one bar, has a range", () => {
  assertEquals((barChart(["a"], [0]).layout.xaxis as { range: number[] }).range, [0, 0.14]);
  // one negative bar: from -2 less 14 % to 0
  assertEquals((barChart(["a"], [-2]).layout.xaxis as { range: number[] }).range, [-2.2800000000000002, 0]);
});

Deno.test("barChart() refuses what it cannot draw", () => {
  assertMessage(
    () => barChart([], []),
    RangeError,
    "Cannot draw the bar chart: at least one bar is required, got 0",
  );
  assertMessage(
    () => barChart(["a"], [1, 2]),
    ShapeError,
    "Cannot draw the bar chart: values must have one number for each of 1 labels, got 2",
  );
  assertMessage(
    () => barChart(["a"], [Infinity]),
    NumericalError,
    "Cannot draw the bar chart: values must be finite, got Infinity at [0]",
  );
});
