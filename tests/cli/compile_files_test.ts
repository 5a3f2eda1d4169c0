import { assertEquals } from "@std/assert";
import { run } from "./run_command.ts";
import { MLP, withModel } from "./with_model.ts";

Deno.test("compile keeps the model as it is, and says which files it cannot use", () =>
  withModel(MLP, async (path, folder) => {
    const before = await Deno.readFile(path);
    const compiled = path.replace(".onnx", ".lrp.onnx");
    const link = `${folder}/link.onnx`;
    await Deno.symlink(path, link);
    await run(["compile", path]);
    const missing = "No such file or directory (os error 2)";
    const wrong: [string[], string][] = [
      [[path, "-o", path], `--output must be another file than the model, got ${path}`],
      [[path, "-o", link], `--output must be another file than the model, got ${link}`],
      [[compiled], `${compiled} must be a network, got a model that is compiled already`],
      [
        [`${folder}/none.onnx`],
        `${folder}/none.onnx must be readable, got ${missing}: readfile '${folder}/none.onnx'`,
      ],
      [
        [path, "-o", `${folder}/none/m.onnx`],
        `${folder}/none/m.onnx must be writable, got ${missing}: open '${folder}/none/m.onnx'`,
      ],
    ];
    for (const [args, message] of wrong) {
      const { code, messages } = await run(["compile", ...args]);
      assertEquals([code, messages], [2, `Cannot compile: ${message}\n`]);
    }
    assertEquals(await Deno.readFile(path), before);
  }));
