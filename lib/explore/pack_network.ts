import { UnsupportedLayerError } from "../errors.ts";
import type { Network } from "../networks/mod.ts";
import { contiguous } from "../tensor/mod.ts";
import { packArray, type PackedNetwork } from "./payload.ts";
import { PAGE_LAYERS } from "./unpack_network.ts";

/** Packs a network graph for a page. */
export function packNetwork({ inputs, nodes, output, constants, labels }: Network): PackedNetwork {
  if (inputs.length !== 1 || Object.keys(constants).length > 0) {
    throw new RangeError(
      `Cannot explore the network: it must have one input and no constants, got ${inputs.length} and ${
        Object.keys(constants).length
      }`,
    );
  }
  return {
    input: inputs[0]!,
    output,
    labels,
    layers: nodes.map(({ name, inputs, layer }) => {
      const { kind, settings, parameters } = layer;
      if (!PAGE_LAYERS.includes(kind)) throw notInPage(name, kind);
      const packed = Object.entries(parameters).map(([key, value]) =>
        [key, packArray(contiguous(value), value.shape)] as const
      );
      return { name, inputs, kind, settings, parameters: Object.fromEntries(packed) };
    }),
  };
}

function notInPage(name: string, kind: string): UnsupportedLayerError {
  return new UnsupportedLayerError(
    `Cannot explore the network: its layers must be among ${
      PAGE_LAYERS.join(", ")
    }, got ${kind} in "${name}"; ` +
      "a picture that stands still is made by explain(model, input, { method }).show()",
    { layer: name },
  );
}
