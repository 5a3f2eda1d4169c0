import torchExports from "../fixtures/onnx/torch_exports.json" with { type: "json" };

/** Does work on a model file in a folder of its own. */
export async function withModel(
  prefix: string,
  work: (path: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const { model } = torchExports.cases.find(({ name }) => name.startsWith(prefix))!;
  await Deno.writeFile(`${folder}/m.onnx`, Uint8Array.fromBase64(model));
  try {
    await work(`${folder}/m.onnx`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The multilayer perceptron of the fixtures: four numbers in. */
export const MLP = "mlp, dynamo exporter, operator set 18";
