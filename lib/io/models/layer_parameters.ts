import type { NumericArray } from "../../tensor/mod.ts";

/** The parameters of a layer under the names that layers give them. */
export interface LayerParameters {
  /** `name.weight`. */
  readonly weights: NumericArray;
  /** `name.bias`, if there is one. */
  readonly bias?: NumericArray | undefined;
}

/** The parameters of a batch normalization under the names that layers give them. */
export interface BatchNormParameters extends LayerParameters {
  /** `name.running_mean`. */
  readonly runningMean: NumericArray;
  /** `name.running_var`. */
  readonly runningVariance: NumericArray;
}

/** One tensor of a file. */
export function tensorNamed(tensors: ReadonlyMap<string, NumericArray>, name: string): NumericArray {
  const found = tensors.get(name);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot find tensor ${JSON.stringify(name)}: the file has ${[...tensors.keys()].slice(0, 5).join(", ")}${
      tensors.size > 5 ? ` and ${tensors.size - 5} more` : ""
    }`,
  );
}

/**
 * The parameters of a layer from tensors with PyTorch's names: `name.weight` and `name.bias`.
 *
 * @throws {RangeError} If there is no tensor `name.weight`.
 *
 * @example
 * ```ts
 * import { layerParameters } from "@relprop/lrp/io";
 * import { dense } from "@relprop/lrp/layers";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const tensors = new Map([["head.weight", tensor([[1, 2]])], ["head.bias", tensor([3])]]);
 * assertEquals(dense(layerParameters(tensors, "head")).settings, { inputs: 2, outputs: 1 });
 * ```
 */
export function layerParameters(tensors: ReadonlyMap<string, NumericArray>, name: string): LayerParameters {
  return { weights: tensorNamed(tensors, `${name}.weight`), bias: tensors.get(`${name}.bias`) };
}

/**
 * The parameters of a batch normalization from tensors with PyTorch's names.
 *
 * @throws {RangeError} If one of `name.weight`, `name.running_mean` and `name.running_var` is missing.
 *
 * @example
 * ```ts
 * import { batchNormParameters } from "@relprop/lrp/io";
 * import { batchNorm } from "@relprop/lrp/layers";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const tensors = new Map(["weight", "bias", "running_mean", "running_var"].map((part) => [`norm.${part}`, tensor([2])]));
 * assertEquals(batchNorm(batchNormParameters(tensors, "norm")).parameters.runningMean.get(0), 2);
 * ```
 */
export function batchNormParameters(
  tensors: ReadonlyMap<string, NumericArray>,
  name: string,
): BatchNormParameters {
  return {
    ...layerParameters(tensors, name),
    runningMean: tensorNamed(tensors, `${name}.running_mean`),
    runningVariance: tensorNamed(tensors, `${name}.running_var`),
  };
}
