import { described } from "../../../described.ts";
import { requireOptions } from "../../../options.ts";
import type { OnnxModel } from "../model.ts";
import type { OnnxImportOptions } from "./network_from_onnx.ts";

const ACTION = "import the model";

/** Throws unless this is a model with options that can be meant for it. */
export function requireImportOptions(model: OnnxModel, options: OnnxImportOptions): void {
  if (!Array.isArray(model?.graph?.nodes)) {
    throw new TypeError(
      `Cannot ${ACTION}: it must be read by a call such as readOnnxFile(path), got ${described(model)}`,
    );
  }
  requireOptions(options, { action: ACTION, known: ["shapes", "output", "labels"] });
  const inputs = model.graph.inputs.map(({ name }) => name);
  for (const [name, sizes] of Object.entries(options.shapes ?? {})) {
    if (!inputs.includes(name)) {
      throw new RangeError(
        `Cannot ${ACTION}: shapes must be for its inputs ${inputs.join(", ")}, got one for ${
          JSON.stringify(name)
        }`,
      );
    }
    if (!Array.isArray(sizes)) {
      throw new TypeError(
        `Cannot ${ACTION}: the shape of input ${JSON.stringify(name)} must be a list of sizes, got ${
          described(sizes)
        }`,
      );
    }
  }
}
