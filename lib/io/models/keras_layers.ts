import { formatList } from "../../errors.ts";
import type { LstmLayerParameters, LstmParameters } from "../../recurrent/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import type { Hdf5Content } from "../arrays/hdf5.ts";
import type { Failure } from "../failure.ts";
import type { FoundLayers, MatrixLayer } from "./assemble.ts";
import { kerasWeights, type NamedWeights } from "./keras_weights.ts";
import { requireLstmGates } from "./unsupported_layer.ts";

/** The layers of a Keras model that have weights, from either layout that Keras writes. */
export function kerasLayers(content: Hdf5Content, fail: Failure): FoundLayers {
  const lstm: LstmLayerParameters[] = [];
  const matrices = new Map<string, MatrixLayer>();
  for (const [name, weights] of kerasWeights(content, fail)) {
    const left = new Map(weights);
    const cells = [...weights.keys()].filter((key) => /(^|\/)recurrent_kernel$/.test(key));
    if (cells.length > 0) lstm.push(readLstm(left, { name, cells, fail }));
    else if (weights.size > 0) matrices.set(name, readMatrix(left, { name, fail }));
    if (left.size > 0) {
      throw fail(
        `layer ${JSON.stringify(name)} must have known weights only, got ${formatList([...left.keys()])}`,
      );
    }
  }
  if (lstm.length === 0) throw fail("an LSTM layer must be found, got none");
  return { lstm, matrices };
}

function readLstm(
  weights: NamedWeights,
  { name, cells, fail }: { name: string; cells: readonly string[]; fail: Failure },
): LstmLayerParameters {
  const directions = new Map(cells.map((key) => [cells.length === 1 ? "forward" : directionOf(key), key]));
  const [forward, backward] = [directions.get("forward"), directions.get("backward")];
  if (forward === undefined || cells.length > 2 || (cells.length === 2 && backward === undefined)) {
    throw fail(
      `layer ${
        JSON.stringify(name)
      } must have one cell, or one forward and one backward, got ${cells.length}`,
    );
  }
  const read = (key: string): LstmParameters => {
    const path = key.slice(0, -"recurrent_kernel".length);
    const [recurrent, kernel, bias] = ["recurrent_kernel", "kernel", "bias"].map((one) =>
      take(weights, path + one)
    );
    const [units, gates] = recurrent!.shape;
    requireLstmGates({ gates: gates!, units: units! }, name);
    if (kernel === undefined) {
      throw fail(`layer ${JSON.stringify(name)} must have a kernel beside its recurrent_kernel`);
    }
    return {
      inputWeights: transposed(kernel),
      recurrentWeights: transposed(recurrent!),
      ...(bias && { inputBias: bias }),
    };
  };
  return { forward: read(forward), ...(backward !== undefined && { reverse: read(backward) }) };
}

/** The innermost part of a path that says so: the layer itself may have any name. */
function directionOf(path: string): string | undefined {
  return path.split("/").findLast((part) => /^(forward|backward)_/.test(part))?.replace(/_.*/, "");
}

function readMatrix(weights: NamedWeights, { name, fail }: { name: string; fail: Failure }): MatrixLayer {
  const find = (weight: string): NumericArray | undefined => {
    const key = [...weights.keys()].find((key) => key === weight || key.endsWith(`/${weight}`));
    return key === undefined ? undefined : take(weights, key);
  };
  const table = find("embeddings");
  if (table) return { weight: table };
  const [kernel, bias] = [find("kernel"), find("bias")];
  if (kernel === undefined) {
    throw fail(`layer ${JSON.stringify(name)} must be an embedding, an LSTM or a dense layer`);
  }
  return { weight: transposed(kernel), ...(bias && { bias }) };
}

function take(weights: NamedWeights, key: string): NumericArray | undefined {
  const array = weights.get(key);
  weights.delete(key);
  return array;
}

/** Keras multiplies vectors from the left, so its matrices stand the other way round. */
function transposed(matrix: NumericArray): NumericArray {
  return matrix.shape.length === 2 ? matrix.transpose(1, 0) : matrix;
}
