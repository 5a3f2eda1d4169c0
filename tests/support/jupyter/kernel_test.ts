import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Kernel, KernelError } from "./kernel.ts";
import type { Output } from "./outputs.ts";

const text = (outputs: Output[]): string =>
  outputs.map((output) =>
    output.output_type === "stream"
      ? output.text
      : output.output_type === "error"
      ? `${output.ename}: ${output.evalue}`
      : String(output.data["text/plain"])
  ).join("|");

Deno.test("Kernel gives each cell exactly its own outputs, run after run", async () => {
  await using kernel = await Kernel.start();
  for (let round = 0; round < 20; round++) {
    const cells: [string, string][] = [
      [`const n${round}: number = ${round}; n${round} + 1`, `${round + 1}`],
      [`for (let i = 0; i < 20; i++) console.log("${round}.", i)`, ""],
      [`await new Promise((r) => setTimeout(r, 1)); "late ${round}"`, `"late ${round}"`],
      [`undefined`, ""],
    ];
    for (const [code, expected] of cells) {
      const { status, outputs } = await kernel.execute(code);
      assertEquals(status, "ok");
      if (code.startsWith("for")) {
        assertEquals(text(outputs), Array.from({ length: 20 }, (_, i) => `${round}. ${i}\n`).join(""));
      } else assertEquals(text(outputs), expected);
    }
  }
});

Deno.test("Kernel keeps big outputs in their cell", async () => {
  await using kernel = await Kernel.start();
  for (let round = 0; round < 3; round++) {
    const shown = await kernel.execute(
      `await Deno.jupyter.broadcast("display_data", {
        data: { "text/html": "${round}".repeat(2e6) }, metadata: {}, transient: {} })`,
    );
    assertEquals(shown.outputs.length, 1);
    const [output] = shown.outputs;
    assert(output?.output_type === "display_data");
    assertEquals(output.data["text/html"], `${round}`.repeat(2e6));
    assertEquals(text((await kernel.execute("1 + 1")).outputs), "2");
  }
});

Deno.test("Kernel carries out updates and clearings of outputs", async () => {
  await using kernel = await Kernel.start();
  const show = (type: string, data: string): string =>
    `await Deno.jupyter.broadcast("${type}", { data: { "text/plain": "${data}" }, metadata: {},
      transient: { display_id: "bar" } });`;
  const updated = await kernel.execute(show("display_data", "1/2") + show("update_display_data", "2/2"));
  assertEquals(text(updated.outputs), "2/2");
  const cleared = await kernel.execute(
    `console.log("gone"); await Deno.jupyter.broadcast("clear_output", { wait: true }); console.log("stays")`,
  );
  assertEquals(text(cleared.outputs), "stays\n");
});

Deno.test("Kernel reports a throw and a syntax error as an output, and lives on", async () => {
  await using kernel = await Kernel.start();
  const thrown = await kernel.execute(`console.log("before"); throw new RangeError("Cannot go on")`);
  assertEquals([thrown.status, text(thrown.outputs)], ["error", "before\n|RangeError: Cannot go on"]);
  const wrong = await kernel.execute("const x = ;");
  assertEquals([wrong.status, text(wrong.outputs)], ["error", "Error: Execution failed"]);
  assertEquals(text((await kernel.execute("6 * 7")).outputs), "42");
});

Deno.test("Kernel interrupts a cell that computes", async () => {
  await using kernel = await Kernel.start();
  const running = kernel.execute("while (true) {}");
  // The request reaches the kernel after the cell: both channels are open, and a loop does not end by itself.
  setTimeout(() => kernel.interrupt(), 300);
  assertEquals((await running).status, "error");
  assertEquals(text((await kernel.execute("6 * 7")).outputs), "42");
});

for (
  const [name, code] of [["computes", "while (true) {}"], ["waits", "await new Promise(() => {})"]] as const
) {
  Deno.test(`Kernel ends when a cell ${name} for too long`, async () => {
    await using kernel = await Kernel.start();
    const error = await assertRejects(() => kernel.execute(code, { timeout: 500 }), KernelError);
    assertEquals(error.message, "The cell ran longer than 500 ms");
    await assertRejects(() => kernel.execute("1"), KernelError);
  });
}

Deno.test("Kernel reports its own exit with the code and what it wrote to standard error", async () => {
  await using kernel = await Kernel.start();
  const error = await assertRejects(() => kernel.execute("Deno.exit(3)"), KernelError);
  assertStringIncludes(error.message, "The kernel exited with code 3");
});

Deno.test("Kernel runs in the folder it is given", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/numbers.txt`, "5");
  {
    await using kernel = await Kernel.start({ cwd: folder });
    assertEquals(text((await kernel.execute(`await Deno.readTextFile("numbers.txt")`)).outputs), '"5"');
  }
  await Deno.remove(folder, { recursive: true });
});
