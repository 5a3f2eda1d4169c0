import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { jupyterEnvironment, jupyterProgram, scratchFolder } from "../support/browser/jupyter_lab.ts";
import { pictureColors, screenshot } from "../support/browser/lab_page.ts";
import { plotlyNotebook } from "../support/browser/plotly_notebook.ts";
import { codeCells, readNotebook, writeNotebook } from "../support/jupyter/notebook.ts";
import { runNotebook } from "../support/jupyter/run_notebook.ts";
import { projectRoot } from "../support/project_root.ts";

const COLORS = 16;

/** Turns a notebook into HTML as nbconvert does. */
async function convert(notebook: URL, folder: URL): Promise<URL> {
  const { success, stderr } = await new Deno.Command(jupyterProgram("jupyter-nbconvert"), {
    args: [
      "--to",
      "html",
      "--output",
      "page.html",
      "--output-dir",
      fileURLToPath(folder),
      fileURLToPath(notebook),
    ],
    env: await jupyterEnvironment(folder),
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return new URL("page.html", folder);
}

browserTest("the gallery as HTML of nbconvert, without a network", async () => {
  await using folder = await scratchFolder();
  const gallery = new URL("notebooks/gallery.ipynb", projectRoot);
  const outputs = codeCells(await readNotebook(gallery)).map((cell) => cell.outputs);
  const pictures = JSON.stringify(outputs).split("<img ").length - 1;
  const html = await convert(gallery, folder);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    // The template of nbconvert asks for scripts of its own.
    const errors = watchErrors(page, (text) => /net::ERR_|require is not defined/.test(text));
    await page.route(/^https?:/, (route) => route.abort());
    await page.goto(html.href);
    await page.locator("[data-live]").waitFor({ timeout: 10_000 });
    const colors = await pictureColors(page, ".jp-OutputArea");
    assertEquals([colors.length, colors.filter((count) => count < COLORS)], [pictures - 1, []]);
    await screenshot(page, "nbconvert");
    assertEquals(errors, []);
  } finally {
    await browser.close();
  }
}, { jupyter: true });

browserTest("a notebook with initNotebook() as HTML of nbconvert is interactive", async () => {
  await using folder = await scratchFolder();
  const path = new URL("plotly.ipynb", folder);
  await Deno.writeTextFile(path, JSON.stringify(plotlyNotebook()));
  const { notebook, failure } = await runNotebook(path);
  assertEquals(failure, undefined);
  await writeNotebook(path, notebook);
  const html = await convert(path, folder);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.route(/^https?:/, (route) => route.abort());
    await page.goto(html.href);
    await page.locator(".js-plotly-plot .main-svg").first().waitFor({ timeout: 20_000 });
    assertEquals(await page.locator(".js-plotly-plot").count(), 2);
  } finally {
    await browser.close();
  }
}, { jupyter: true });
