import { FormatError } from "../errors.ts";
import { readSafetensors, writeSafetensors } from "../io/mod.ts";
import type { NetworkDescription } from "./network_description.ts";
import { createNetwork, namedParameters, type TrainableNetwork } from "./trainable_network.ts";

/** Where the description stands among the texts of the file. */
const KEY = "relprop.description";

/**
 * A network as a safetensors file: its parameters in float64 under the names of PyTorch, its description among the
 * texts.
 *
 * @example Write and read
 * ```ts
 * import { createNetwork, networkToBytes, networkFromBytes } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "gru", inputSize: 2, hiddenSizes: [3], outputs: 1 }, { seed: 1 });
 * assertEquals(networkFromBytes(networkToBytes(network)), network);
 * ```
 */
export function networkToBytes(network: TrainableNetwork): Uint8Array {
  return writeSafetensors(namedParameters(network), {
    metadata: { [KEY]: JSON.stringify(network.description) },
  });
}

/**
 * Reads what {@linkcode networkToBytes} wrote.
 *
 * @param options.path How messages call the file.
 * @throws {FormatError} If the bytes are no such file.
 *
 * @example The parameters are the same
 * ```ts
 * import { createNetwork, networkFromBytes, networkToBytes } from "@relprop/lrp/training";
 * import { assertEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "dense", inputSize: 2, hiddenSizes: [], outputs: 1 }, { seed: 1 });
 * assertEquals(networkFromBytes(networkToBytes(network)).parameters, network.parameters);
 * ```
 */
export function networkFromBytes(
  bytes: Uint8Array,
  { path = "the bytes" }: { readonly path?: string } = {},
): TrainableNetwork {
  const { tensors, metadata } = readSafetensors(bytes, { path });
  const text = metadata.get(KEY);
  if (text === undefined) {
    throw new FormatError(
      `Cannot read a trained network: the text "${KEY}" is required, got none in ${path}`,
      { path },
    );
  }
  const network = createNetwork(JSON.parse(text) as NetworkDescription, { seed: 0 });
  for (const { name, shape, offset } of network.entries) {
    const stored = tensors.get(name);
    if (stored?.shape.join() !== shape.join()) {
      throw new FormatError(
        `Cannot read a trained network: "${name}" must have the shape [${shape.join(", ")}], got ${
          stored ? `[${stored.shape.join(", ")}]` : "none"
        } in ${path}`,
        { path },
      );
    }
    network.parameters.set(Float64Array.from(stored.data as Float64Array), offset);
  }
  return network;
}
