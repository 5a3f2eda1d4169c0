import { assertEquals } from "@std/assert";
import { barChart, timeUnitMap, wordHeatmap } from "../../lib/plot/mod.ts";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { pictureColors } from "../support/browser/lab_page.ts";

browserTest("the page of a figure becomes interactive without a network", async () => {
  const map = timeUnitMap({ cell: [[1, -1], [0.5, 0]] });
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const errors = watchErrors(page);
    await page.route(/^https?:/, (route) => route.abort());
    for (const figure of [barChart(["<b>a</b>"], [1]), map]) {
      await page.setContent(await figure.toHTML());
      await page.locator(".js-plotly-plot .main-svg").first().waitFor({ timeout: 20_000 });
      assertEquals(await page.locator("img").count(), 0);
    }
    // The color bar ends at the limit: binary numbers arrived.
    assertEquals(await page.locator(".colorbar text", { hasText: "+1" }).count() > 0, true);
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
});

browserTest("a picture of hostile words is drawn, and runs nothing", async () => {
  const words = [
    "<script>window.broken=1</script>",
    '"><img src=x onerror="window.broken=1">',
    "\u0000\u001b",
    "😀",
    "شكرا",
  ];
  const picture = wordHeatmap(words, [1, -1, 0, 0.5, 0.2]);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const errors = watchErrors(page);
    await page.setContent(await picture.toHTML());
    assertEquals((await pictureColors(page, "body")).map((count) => count > 16), [true]);
    await page.setContent(picture.svg);
    assertEquals(await page.locator("svg text").count() > words.length, true);
    assertEquals(await page.evaluate(() => "broken" in globalThis), false);
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
});
