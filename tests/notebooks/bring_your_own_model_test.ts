import { assert, assertEquals } from "@std/assert";
import { readNotebook } from "../support/jupyter/notebook.ts";
import { projectRoot } from "../support/project_root.ts";

Deno.test("from PyTorch to a model that explains itself in fewer than 20 lines", async () => {
  const { cells } = await readNotebook(new URL("notebooks/20_bring_your_own_model.ipynb", projectRoot));
  const texts = cells.flatMap((cell) => {
    const text = [cell.source].flat().join("");
    if (cell.cell_type === "code") return [text];
    return [...text.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code!);
  });
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => /^\s*[^\s/]/.test(line));
  assert(lines.length < 20, `${lines.length} lines`);
  const steps = ["torch.onnx.export", "readOnnxFile", "largest", "compile", "imageHeatmap", "writeOnnxFile"];
  assertEquals(steps.filter((step) => !lines.some((line) => line.includes(step))), []);
});
