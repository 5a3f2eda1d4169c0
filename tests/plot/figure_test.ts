// deno-lint-ignore-file no-console
import { assertEquals, assertStringIncludes } from "@std/assert";
import { barChart, binaryArray, Figure, initNotebook } from "../../lib/plot/mod.ts";
import { assertRejectsWith } from "../support/assert_message.ts";

const heat = (z: unknown): Figure =>
  new Figure({
    data: [{ type: "heatmap", z, zmin: -1, zmax: 1, colorscale: [[0, "#0000ff"], [1, "#ff0000"]] }],
    layout: { width: 300, height: 200 },
    title: "Heat",
    description: "Four cells.",
  });

Deno.test("Figure has the picture, the swap script and the plotly media type in its bundle", async () => {
  const bundle = await barChart(["a"], [1]).toBundle();
  assertEquals(Object.keys(bundle), ["application/vnd.plotly.v1+json", "text/html", "text/plain"]);
  const html = bundle["text/html"] as string;
  assertStringIncludes(html, '<img width="520"');
  assertStringIncludes(html, 'alt="Bar chart. Scores. a +1."');
  assertStringIncludes(html, "relprop:plotly");
  assertEquals(bundle["text/plain"], "Bar chart. Scores. a +1.");
});

Deno.test("Figure is the same text for the same numbers", async () => {
  const make = () => heat([[1, -1]]).toBundle();
  assertEquals(await make(), await make());
});

Deno.test("Figure closes no script early, whatever its texts are", async () => {
  const figure = new Figure({
    data: [{ type: "scatter", y: [1], name: "</script><script>alert(1)</script>" }],
    title: "</script><script>alert(2)</script>",
    description: "\u2028",
  });
  const html = await figure.toHTML({ fragment: true });
  assertEquals(html.split("<script>").length - 1, 1);
  assertEquals(html.split("</script>").length - 1, 1);
});

Deno.test("Figure.toHTML() is a page that holds plotly.js and names no other host", async () => {
  const html = await heat([[1, -1]]).toHTML();
  assertStringIncludes(html, "<!doctype html>");
  assertStringIncludes(html, "DecompressionStream");
  assertEquals(html.length > 600_000 && html.length < 800_000, true);
  assertEquals(/(src|href)="https?:/.test(html), false);
});

Deno.test("binaryArray() is drawn as the same picture as its digits", async () => {
  const digits = await heat([[1, -1], [0.5, 0]]).toSVG();
  const binary = await heat(binaryArray(Float32Array.of(1, -1, 0.5, 0), [2, 2])).toSVG();
  assertEquals(binary, digits);
  assertEquals(binaryArray(Int8Array.of(-1)), { dtype: "i1", bdata: "/w==" });
  assertEquals(binaryArray(Float64Array.of(0, 1).subarray(1)), { dtype: "f8", bdata: "AAAAAAAA8D8=" });
});

Deno.test("Picture.toPNG() has the size of the picture times the scale", async () => {
  const png = await heat([[1, -1]]).toPNG({ scale: 1.5 });
  const view = new DataView(png.buffer);
  assertEquals([...png.subarray(1, 4)], [80, 78, 71]);
  assertEquals([view.getUint32(16), view.getUint32(20)], [450, 300]);
  await assertRejectsWith(
    () => heat([[1]]).toPNG({ scale: 0 }),
    RangeError,
    "Cannot draw the picture as PNG: scale must be a finite number above 0, got 0",
  );
});

Deno.test("show() outside a notebook prints the picture, and initNotebook() does nothing", async () => {
  const printed: unknown[] = [];
  const original = console.log;
  console.log = (...line) => printed.push(...line);
  try {
    await barChart(["a"], [1]).show();
    await initNotebook();
  } finally {
    console.log = original;
  }
  assertEquals(printed, ["Bar chart. Scores. a +1."]);
});
