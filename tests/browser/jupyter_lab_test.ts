import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import type { ExploreElement } from "../../lib/explore/page/widget.ts";
import { intentClassifier } from "../../lib/io/mod.ts";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { JupyterLab, scratchFolder } from "../support/browser/jupyter_lab.ts";
import {
  commandWithDialog,
  type LabCell,
  labCells,
  openNotebook,
  pictureColors,
  restartAndRunAll,
  saveNotebook,
  screenshot,
  settle,
} from "../support/browser/lab_page.ts";
import { codeCells, joinText, readNotebook, type StoredOutput } from "../support/jupyter/notebook.ts";
import { plotlyNotebook } from "../support/browser/plotly_notebook.ts";
import { projectRoot } from "../support/project_root.ts";

const GALLERY = new URL("notebooks/gallery.ipynb", projectRoot);
const OUTPUTS = ".jp-OutputArea";
const RUNS = 10;

/** What JupyterLab itself says when a kernel is restarted before it has answered. */
const isOfJupyter = (text: string): boolean => text.startsWith("Canceled future for kernel_info_request");

/** Fewer colors than these are no picture with words on it. */
const COLORS = 16;

/** What stands under each code cell: the types of its outputs and what they say, without numbers. */
function layout(
  cells: readonly { outputs?: readonly (StoredOutput | NonNullable<LabCell["outputs"]>[number])[] }[],
): string[][] {
  return cells.map(({ outputs = [] }) =>
    outputs.map((output) => {
      const data = ("data" in output ? output.data : undefined) as
        | Record<string, string | string[]>
        | undefined;
      const text = joinText(data?.["text/plain"] ?? "").replaceAll(/[\d.]+/g, "#").slice(0, 60);
      return `${output.output_type} ${Object.keys(data ?? {}).sort().join(" ")} ${text}`;
    })
  );
}

browserTest("notebooks in JupyterLab", async (t) => {
  await using folder = await scratchFolder();
  await Deno.copyFile(GALLERY, new URL("gallery.ipynb", folder));
  await Deno.writeTextFile(new URL("plotly.ipynb", folder), JSON.stringify(plotlyNotebook()));
  await using lab = await JupyterLab.start(folder);
  const browser = await startBrowser();
  try {
    const gallery = await openNotebook(browser, lab, "gallery.ipynb");
    await lookAtGallery(t, gallery);
    await gallery.close();
    await lookAtPlotly(t, await openNotebook(browser, lab, "plotly.ipynb"));
  } finally {
    await browser.close();
  }
}, { jupyter: true });

async function lookAtGallery(t: Deno.TestContext, page: Page): Promise<void> {
  const committed = codeCells(await readNotebook(GALLERY));
  const pictures = JSON.stringify(committed.map(({ outputs }) => outputs)).split("<img ").length - 1;
  assert(pictures > 15);
  const errors = watchErrors(page, isOfJupyter);
  const live = (): Promise<number> => page.locator("[data-live]").count();
  const codeCellsShown = async (): Promise<LabCell[]> =>
    (await labCells(page)).filter(({ cell_type }) => cell_type === "code");

  await t.step("before trusting, every picture is there, and no script has run", async () => {
    const colors = await pictureColors(page, OUTPUTS);
    assertEquals(colors.length, pictures);
    assertEquals(colors.filter((count) => count < COLORS), []);
    assertEquals(await live(), 0);
    await screenshot(page, "lab-untrusted");
  });

  await t.step("after trusting, every picture is there, and the live one lives", async () => {
    await commandWithDialog(page, "notebook:trust");
    await page.locator("[data-live]").waitFor({ timeout: 10_000 });
    const colors = await pictureColors(page, OUTPUTS);
    // The live one is no longer an <img>.
    assertEquals(colors.length, pictures - 1);
    assertEquals(colors.filter((count) => count < COLORS), []);
  });

  for (let run = 1; run <= RUNS; run++) {
    await t.step(`run ${run} of ${RUNS}: each output is under its own cell`, async () => {
      await restartAndRunAll(page);
      await page.locator("[data-live]").waitFor({ timeout: 10_000 });
      const cells = await codeCellsShown();
      assertEquals(layout(cells), layout(committed));
      assertEquals(cells.map(({ execution_count }) => execution_count), committed.map((_, i) => i + 1));
    });
  }

  await t.step("after the runs, every picture is there", async () => {
    const colors = await pictureColors(page, OUTPUTS);
    assertEquals([colors.length, colors.filter((count) => count < COLORS)], [pictures - 1, []]);
    await screenshot(page, "lab-run");
  });

  await t.step("the slider answers with the relevance of the library", async () => {
    await page.getByLabel("Epsilon").fill("-1");
    await settle(page);
    const shown = await page.evaluate(() =>
      Array.from(document.querySelector<ExploreElement>("[data-live]")!.relprop!.tokenRelevance)
    );
    const model = await intentClassifier();
    const sentence = "play some quiet piano music for a rainy evening";
    const { tokenRelevance } = explain(model, sentence, { method: lrp({ epsilon: 0.1 }) });
    assertEquals(shown.length, tokenRelevance.length);
    shown.forEach((value, i) => assert(Math.abs(value - tokenRelevance[i]!) <= 1e-6));
  });

  assertEquals(errors, []);
}

async function lookAtPlotly(t: Deno.TestContext, page: Page): Promise<void> {
  const errors = watchErrors(page, isOfJupyter);
  const interactive = page.locator(`${OUTPUTS} .js-plotly-plot .main-svg`).first();

  await t.step("figures before and after initNotebook() are interactive", async () => {
    await restartAndRunAll(page);
    await interactive.waitFor({ timeout: 20_000 });
    assertEquals(await page.locator(".js-plotly-plot").count(), 2);
    await page.locator(".js-plotly-plot .bars .point").first().hover({ force: true });
    await page.locator(".hoverlayer .hovertext").first().waitFor({ timeout: 5000 });
    await screenshot(page, "lab-plotly");
  });

  await t.step("they are interactive again when the saved notebook is opened", async () => {
    await saveNotebook(page);
    // Without the layout of before, which may hold other notebooks.
    await page.goto(`${page.url().split("?")[0]}?reset`);
    await interactive.waitFor({ timeout: 60_000 });
    assertEquals(await page.locator(".js-plotly-plot").count(), 2);
  });

  assertEquals(errors, []);
}
