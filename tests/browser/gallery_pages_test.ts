import { assert, assertEquals } from "@std/assert";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { pictureColors } from "../support/browser/lab_page.ts";
import { readNotebook } from "../support/jupyter/notebook.ts";
import { staticGallery } from "../support/jupyter/static_gallery.ts";
import { projectRoot } from "../support/project_root.ts";

browserTest("the static gallery opens from disk without a network, and its live picture lives", async () => {
  const folder = await Deno.makeTempDir();
  const notebook = await readNotebook(new URL("notebooks/gallery.ipynb", projectRoot));
  for (const [name, html] of staticGallery([{ name: "gallery", notebook, milliseconds: 1000 }])) {
    await Deno.writeTextFile(`${folder}/${name}`, html);
  }
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const errors = watchErrors(page);
    const asked: string[] = [];
    page.on("request", (request) => void (/^https?:/.test(request.url()) && asked.push(request.url())));
    await page.goto(`file://${folder}/index.html`);
    assertEquals((await pictureColors(page, "body")).map((count) => count > 16), [true]);
    await page.getByRole("link").first().click();
    await page.locator("[data-live]").waitFor({ timeout: 20_000 });
    const colors = await pictureColors(page, "body");
    assert(colors.length > 15);
    assertEquals(colors.filter((count) => count < 16), []);
    assertEquals([errors, asked], [[], []]);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});
