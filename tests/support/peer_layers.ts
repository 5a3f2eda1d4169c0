import * as layers from "../../lib/layers/mod.ts";
import type { Layer } from "../../lib/layers/mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";

type Options = Readonly<Record<string, unknown>>;
type Make = (options: Options) => Layer;

/** The layer that a case of a fixture names, from its options and parameters. */
export function layerOf(kind: string, options: Options, parameters: Readonly<Record<string, Tensor>>): Layer {
  const make = (layers as unknown as Readonly<Record<string, Make>>)[kind];
  return make({ ...options, ...parameters });
}
