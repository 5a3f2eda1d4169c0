import { assert, assertEquals, assertGreater } from "@std/assert";
import { writeNpy } from "../../lib/io/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { projectRoot } from "../support/project_root.ts";
import { run } from "./run_command.ts";
import { MLP, withModel } from "./with_model.ts";

const ROWS = 20_000;
const inputs = tensor(Float64Array.from({ length: ROWS * 4 }, (_, i) => Math.sin(i * i)), [ROWS, 4]);

function start(model: string, input: string, output: string): Deno.ChildProcess {
  const files = ["--model", model, "--input", input, "--output", output];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "lib/cli/mod.ts", "explain", ...files, "--engine", "reference", "--batch", "8"],
    cwd: projectRoot,
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

const sizeOf = (path: string): Promise<number> => Deno.stat(path).then(({ size }) => size, () => 0);

/** Starts a run, and kills it as soon as a file of it has some bytes. */
async function killedAt(process: Deno.ChildProcess, path: string, bytes: number): Promise<void> {
  while (await sizeOf(path) < bytes) await new Promise((done) => setTimeout(done, 1));
  process.kill("SIGKILL");
  assertEquals((await process.status).signal, "SIGKILL");
}

Deno.test("a run over arrays that is killed twice ends with the archive of an unbroken run", () =>
  withModel(MLP, async (model, folder) => {
    const [input, output] = [`${folder}/x.npy`, `${folder}/r.npz`];
    await Deno.writeFile(input, writeNpy(inputs));
    assertEquals((await start(model, input, `${folder}/whole.npz`).status).code, 0);
    const part = `${output}.part/relevance.npy`;
    let before = 0;
    for (const bytes of [100_000, 400_000]) { // of 640,128
      await killedAt(start(model, input, output), part, bytes);
      const size = await sizeOf(part);
      assertGreater(size, before, "the second run went on where the first stopped");
      assert(size < ROWS * 32, "it was killed in the middle");
      before = size;
    }
    assertEquals((await start(model, input, output).status).code, 0);
    assertEquals(await Deno.readFile(output), await Deno.readFile(`${folder}/whole.npz`));
    assertEquals(await sizeOf(part), 0, "nothing is left beside the archive");
  }));

Deno.test("a run over lines that is killed twice ends with the lines of an unbroken run", () =>
  withModel(MLP, async (model, folder) => {
    const [input, output] = [`${folder}/x.jsonl`, `${folder}/r.jsonl`];
    const lines = Array.from({ length: ROWS }, (_, id) => {
      return JSON.stringify({ id, values: [...contiguous(inputs).subarray(4 * id, 4 * id + 4)] });
    });
    await Deno.writeTextFile(input, lines.join("\n"));
    assertEquals((await start(model, input, `${folder}/whole.jsonl`).status).code, 0);
    const whole = await Deno.readTextFile(`${folder}/whole.jsonl`);
    for (const part of [0.2, 0.6]) {
      await killedAt(start(model, input, output), output, part * whole.length);
      assert(await sizeOf(output) < whole.length, "it was killed in the middle");
    }
    assertEquals((await start(model, input, output).status).code, 0);
    const seen = await Deno.readTextFile(output);
    assertEquals(seen.split("\n").length, ROWS + 1);
    assertEquals(seen === whole, true);
  }));

Deno.test("two runs cannot write the same answers", () =>
  withModel(MLP, async (model, folder) => {
    await Deno.writeFile(`${folder}/x.npy`, writeNpy(tensor([[1, 2, 3, 4]])));
    await Deno.mkdir(`${folder}/r.npz.part`);
    for (const [output, file] of [["r.npz", "r.npz.part/run.json"], ["r.jsonl", "r.jsonl"]] as const) {
      using claim = await Deno.open(`${folder}/${file}`, { write: true, create: true });
      await claim.lock(true);
      const files = output === "r.npz" ? ["--input", `${folder}/x.npy`] : [];
      const call = ["explain", "--model", model, "--engine", "reference", ...files];
      const { code, messages } = await run([...call, "--output", `${folder}/${output}`]);
      assertEquals([code, messages], [
        2,
        "Cannot explain: --output must be written by one run at a time, got a second one\n",
      ]);
    }
  }));
