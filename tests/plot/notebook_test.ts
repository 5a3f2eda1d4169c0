import { assertEquals, assertStringIncludes } from "@std/assert";
import { progressText, terminalText } from "../../lib/plot/display/progress.ts";
import { columnWidth } from "../../lib/plot/text/text_width.ts";
import { Kernel } from "../support/jupyter/kernel.ts";
import { projectRoot } from "../support/project_root.ts";

const cwd = new URL("notebooks/", projectRoot);

/** The data of the outputs of one cell. */
async function run(kernel: Kernel, code: string): Promise<Record<string, unknown>[]> {
  const { outputs } = await kernel.execute(code);
  return outputs.map((output) =>
    "data" in output ? output.data : output as unknown as Record<string, unknown>
  );
}

Deno.test("in the kernel, show() and the last expression of a cell publish the same bundle", async () => {
  await using kernel = await Kernel.start({ cwd });
  const imports = `import { wordHeatmap, barChart, initNotebook } from "@relprop/lrp/plot";`;
  const [shown] = await run(kernel, `${imports} await wordHeatmap(["good"], [0.5]).show()`);
  assertStringIncludes(String(shown!["text/html"]), "<img ");
  assertEquals(shown!["text/plain"], "good(+0.5)");
  const [last] = await run(kernel, `wordHeatmap(["good"], [0.5])`);
  assertEquals(last, shown);
  const [figure] = await run(kernel, `await barChart(["a"], [1]).show()`);
  assertEquals(Object.keys(figure!), ["application/vnd.plotly.v1+json", "text/html", "text/plain"]);
  const [init] = await run(kernel, `await initNotebook()`);
  assertStringIncludes(String(init!["text/html"]), "DecompressionStream");
});

Deno.test("in the kernel, progress() updates one output in place", async () => {
  await using kernel = await Kernel.start({ cwd });
  const outputs = await run(
    kernel,
    `import { mapWithProgress, progress } from "@relprop/lrp";
    const done = await mapWithProgress(Array.from({ length: 20 }), () => {
      const start = performance.now();
      while (performance.now() - start < 20);
    }, { onProgress: progress("<computing>") });`,
  );
  assertEquals(outputs.length, 1);
  const [{ "text/html": html, "text/plain": text }] = outputs as [Record<string, string>];
  assertStringIncludes(html!, `<progress max="20" value="20"`);
  assertStringIncludes(html!, "&#60;computing&#62; 20/20");
  assertStringIncludes(text!, "20/20 · 100 %");
});

Deno.test("in the kernel, an interrupt ends long work, and long work within it, and the kernel lives", async () => {
  await using kernel = await Kernel.start({ cwd });
  await kernel.execute(`import { mapWithProgress } from "@relprop/lrp";
    const many = Array.from({ length: 1000 });
    const busy = () => {
      const start = performance.now();
      while (performance.now() - start < 300);
    };`);
  const works = ["mapWithProgress(many, busy)", "mapWithProgress(many, () => mapWithProgress(many, busy))"];
  for (const work of works) {
    const running = kernel.execute(`await ${work}`, { timeout: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await kernel.interrupt();
    const { status, outputs } = await running;
    assertEquals(status, "error");
    assertStringIncludes(JSON.stringify(outputs), "it was interrupted");
    assertEquals((await run(kernel, "many.length"))[0]!["text/plain"], "1000");
  }
});

Deno.test("in the kernel, fresh() sees a module of a module that was edited", async () => {
  const project = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${project}/deno.json`, "{}");
    await Deno.writeTextFile(`${project}/outer.ts`, `export { value } from "./inner.ts";`);
    await Deno.writeTextFile(`${project}/inner.ts`, "export const value: number = 1;");
    await using kernel = await Kernel.start({ cwd });
    const code = `Deno.chdir(${JSON.stringify(project)}); (await fresh("outer.ts")).value`;
    const [before] = await run(kernel, `import { fresh } from "@relprop/lrp"; ${code}`);
    await Deno.writeTextFile(`${project}/inner.ts`, "export const value: number = 2;");
    const [after] = await run(kernel, code);
    assertEquals([before!["text/plain"], after!["text/plain"]], ["1", "2"]);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});

Deno.test("progress() says rate and time left", () => {
  assertEquals(
    progressText("x", { done: 30, total: 120, seconds: 3 }),
    "x 30/120 · 25 % · 10/s · 9.0 s left",
  );
  assertEquals(
    progressText("x", { done: 1, total: 100, seconds: 4 }),
    "x 1/100 · 1 % · 4.0 s each · 6 min 36 s left",
  );
  assertEquals(
    progressText("x", { done: 5, total: 5, seconds: 7200 }),
    "x 5/5 · 100 % · 1440.0 s each · in 2 h 0 min",
  );
  assertEquals(progressText("x", { done: 8, total: undefined, seconds: 2 }), "x 8 · 4.0/s · after 2.0 s");
  assertEquals(progressText("x", { done: 0, total: 0, seconds: 0 }), "x 0/0 · 0 % · in 0.0 s");
});

Deno.test("progress() shortens its label for a terminal, not its numbers", () => {
  const state = { done: 30, total: 120, seconds: 3 };
  assertEquals(terminalText("computing", state, 50), "computing 30/120 · 25 % · 10/s · 9.0 s left");
  assertEquals(terminalText("computing", state, 40), "compu… 30/120 · 25 % · 10/s · 9.0 s left");
  assertEquals(terminalText("計算しています", state, 42), "計算し… 30/120 · 25 % · 10/s · 9.0 s left");
  assertEquals(terminalText("a\n\u001b[31mb", state, 80), "a [31mb 30/120 · 25 % · 10/s · 9.0 s left");
  assertEquals(terminalText("computing", state, 10), " 30/120 ·…");
});

/** Runs a script that tells progress. */
async function tellIn(command: (deno: string[]) => string[]): Promise<Deno.CommandOutput> {
  const code = `import { progress } from ${JSON.stringify(new URL("lib/plot/mod.ts", projectRoot).href)};
    const tell = progress("all of a long label"); await tell(1, 3); await tell(2, 3);
    await new Promise((resolve) => setTimeout(resolve, 200)); await tell(2, 3); await tell(3, 3);`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, code);
  const config = new URL("deno.json", projectRoot).pathname;
  const run = ["run", "--quiet", "--no-lock", "--allow-all", "--config", config, file];
  const [name, ...args] = command([Deno.execPath(), ...run]);
  const output = await new Deno.Command(name!, { args }).output();
  await Deno.remove(file);
  return output;
}

Deno.test("progress() writes nothing into a pipe", async () => {
  const { success, stdout, stderr } = await tellIn((deno) => deno);
  assertEquals([success, stdout.length, stderr.length], [true, 0, 0]);
});

const hasScript = await new Deno.Command("script", { args: ["--version"] }).output()
  .then(({ stdout }) => new TextDecoder().decode(stdout).includes("util-linux"), () => false);

Deno.test({
  name: `progress() keeps one line of a terminal${hasScript ? "" : " (skipped: no script of util-linux)"}`,
  ignore: !hasScript,
  fn: async () => {
    for (const columns of [44, 0]) {
      const { success, stdout } = await tellIn((deno) => [
        ...["script", "--quiet", "--return", "--command", `stty cols ${columns}; ${deno.join(" ")}`],
        "/dev/null",
      ]);
      assertEquals(success, true);
      const [before, ...lines] = new TextDecoder().decode(stdout).split("\r\u001b[2K");
      assertEquals([before, lines.length], ["", 3]); // the second call came too soon
      const texts = lines.map((line) => line.replace(/\r\n$/, ""));
      assertEquals(lines.slice(0, 2), texts.slice(0, 2)); // no new line before the last
      assertEquals(lines[2]!.endsWith("\r\n"), true);
      assertEquals(texts.every((text) => columnWidth(text) <= (columns || 80) - 1), true);
      assertStringIncludes(texts[1]!, columns ? "… 2/3 · 67 % · " : "all of a long label 2/3 · 67 % · ");
      assertStringIncludes(texts[2]!, " 3/3 · 100 % · ");
    }
  },
});
