import { assertEquals } from "@std/assert";
import { assertClose } from "../support/assert_close.ts";
import { browserTest, startBrowser, watchErrors } from "../support/browser/browser.ts";
import { kernelsProgram, type KernelsReport } from "../support/kernels_program.ts";
import { runDeno } from "../support/project_files.ts";
import { projectRoot } from "../support/project_root.ts";

const PROGRAM = new URL("tests/support/kernels_program.ts", projectRoot).href;

/** The program as a script for a page. */
async function bundle(): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const entry = `import { kernelsProgram } from ${JSON.stringify(PROGRAM)};\n` +
      "globalThis.kernelsProgram = kernelsProgram;\n";
    await Deno.writeTextFile(`${folder}/entry.ts`, entry);
    const { code, stderr } = await runDeno(
      ...["bundle", "--quiet", "--no-config", "--no-lock", "--platform", "browser", "--format", "iife"],
      ...["--external", "../plot/mod.ts", "--output", `${folder}/program.js`, `${folder}/entry.ts`],
    );
    assertEquals(code, 0, stderr);
    return await Deno.readTextFile(`${folder}/program.js`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

browserTest(
  "the kernels run in a page as in Deno, and in its workers where it may share memory",
  async () => {
    const script = await bundle(), expected = await kernelsProgram({ workers: 1 });
    const isolated = {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    };
    const browser = await startBrowser();
    try {
      for (const headers of [{}, isolated]) {
        const page = await browser.newPage(), errors = watchErrors(page);
        await page.route("http://localhost/**", (route) =>
          route.fulfill({
            contentType: "text/html",
            body: "<!doctype html><title>kernels</title>",
            headers,
          }));
        await page.goto("http://localhost/");
        await page.addScriptTag({ content: script });
        for (const workers of headers === isolated ? [1, 2] : [1]) {
          const report = await page.evaluate(
            (workers) =>
              (globalThis as unknown as { kernelsProgram: typeof kernelsProgram }).kernelsProgram({
                workers,
              }),
            workers,
          ) as KernelsReport;
          assertEquals(report.rounding, expected.rounding);
          report.together.forEach((tokens, i) =>
            assertClose(tokens, expected.together[i]!, { absolute: 1e-13 })
          );
          assertClose(report.decomposed, expected.decomposed, { absolute: 1e-13 });
          report.alone.forEach((values, i) => assertClose(values, expected.alone[i]!, { absolute: 1e-13 }));
        }
        assertEquals(errors, []);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  },
);
