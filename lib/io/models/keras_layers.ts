import { formatList } from "../../errors.ts";
import type { LstmLayerParameters, LstmParameters } from "../../recurrent/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import type { Hdf5Content } from "../arrays/hdf5.ts";
import type { Failure } from "../failure.ts";
import type { MatrixLayer } from "./choose_ends.ts";
import { requireLstmGates } from "./unsupported_layer.ts";

/** A layer of a Keras model that has weights: an LSTM, or an embedding or dense layer. */
export interface KerasLayer {
  readonly name: string;
  readonly lstm?: LstmLayerParameters;
  readonly matrix?: MatrixLayer;
}

/** The weights of one layer by their path within it, with Keras' own names for them. */
type Weights = ReadonlyMap<string, NumericArray>;

const SAVED_MODEL = "model_weights";
const NEW_ROOT = "layers";
const CELL_WEIGHTS = ["kernel", "recurrent_kernel", "bias"];

/** The layers in the order of the model, from either layout that Keras writes. */
export function kerasLayers({ arrays, texts }: Hdf5Content, fail: Failure): KerasLayer[] {
  const root = [SAVED_MODEL, ""].find((path) => texts.get(path)?.has("layer_names"));
  if (root !== undefined) {
    const names = texts.get(root)!.get("layer_names") as string[];
    const path = (layer: string): string => root === "" ? layer : `${root}/${layer}`;
    return names.map((name) => readLayer(name, namedWeights(arrays, path(name)), fail)).filter(hasWeights);
  }
  if (!texts.has(NEW_ROOT)) throw fail("the file must hold weights as Keras 2 or Keras 3 saves them");
  const keys = new Set(
    [...texts.keys()].map((path) => /^layers\/([^/]+)/.exec(path)?.[1]).filter((key) => key !== undefined),
  );
  const layers = inCreationOrder([...keys]).map((key) => {
    const name = texts.get(`${NEW_ROOT}/${key}/vars`)?.get("name");
    return { key, ...readLayer(typeof name === "string" ? name : key, numberedWeights(arrays, key), fail) };
  });
  const kinds = new Set(layers.filter(({ lstm }) => lstm).map(({ key }) => withoutNumber(key)));
  if (kinds.size > 1) {
    throw fail(
      `the order of layers of several kinds is not in the file, got ${
        formatList([...kinds])
      }; save the model as .h5`,
    );
  }
  return layers.filter(hasWeights);
}

const hasWeights = ({ lstm, matrix }: KerasLayer): boolean => lstm !== undefined || matrix !== undefined;
const withoutNumber = (key: string): string => key.replace(/_\d+$/, "");

/** Keras 3 numbers the layers of a kind as they are made: `lstm`, `lstm_1`, `lstm_2`. */
function inCreationOrder(keys: string[]): string[] {
  const number = (key: string): number => Number(/_(\d+)$/.exec(key)?.[1] ?? 0);
  return keys.sort((a, b) => number(a) - number(b));
}

/** Keras 2 and saved models: `forward_lstm/lstm_cell/kernel:0`. */
function namedWeights(arrays: Hdf5Content["arrays"], path: string): Weights {
  const own = [...arrays].filter(([key]) => key.startsWith(`${path}/`));
  return new Map(own.map(([key, array]) => [key.slice(path.length + 1).replace(/:\d+$/, ""), array]));
}

/** Files `.weights.h5` of Keras 3: `forward_layer/cell/vars/0`. */
function numberedWeights(arrays: Hdf5Content["arrays"], key: string): Weights {
  const names = withoutNumber(key) === "embedding" ? ["embeddings"] : CELL_WEIGHTS;
  // A dense layer has no recurrent weights between its two.
  const dense = withoutNumber(key) === "dense" ? ["kernel", "bias"] : names;
  const path = `${NEW_ROOT}/${key}/`;
  const own = [...arrays].filter(([name]) => name.startsWith(path));
  return new Map(own.map(([name, array]) => [
    name.slice(path.length).replace(/vars\/(\d+)$/, (all, index: string) => dense[Number(index)] ?? all),
    array,
  ]));
}

function readLayer(name: string, weights: Weights, fail: Failure): KerasLayer {
  const left = new Set(weights.keys());
  const take = (key: string): NumericArray | undefined => {
    left.delete(key);
    return weights.get(key);
  };
  const cells = [...weights.keys()].filter((key) => /(^|\/)recurrent_kernel$/.test(key))
    .map((key) => key.slice(0, -"recurrent_kernel".length));
  const cell = (direction: string): string | undefined => cells.find((path) => path.includes(direction));
  const layer = cells.length === 0
    ? { name, ...readMatrix([...left], take) }
    : { name, lstm: readDirections(name, { cell, cells, take, fail }) };
  if (left.size > 0) {
    throw fail(`layer ${JSON.stringify(name)} must hold known weights only, got ${formatList([...left])}`);
  }
  return layer;
}

function readMatrix(
  keys: readonly string[],
  take: (key: string) => NumericArray | undefined,
): { matrix?: MatrixLayer } {
  const find = (weight: string): NumericArray | undefined => {
    const key = keys.find((key) => key === weight || key.endsWith(`/${weight}`));
    return key === undefined ? undefined : take(key);
  };
  const table = find("embeddings");
  if (table) return { matrix: { weight: table } };
  const kernel = find("kernel");
  if (!kernel) return {};
  const bias = find("bias");
  return { matrix: { weight: transposed(kernel), ...(bias && { bias }) } };
}

function readDirections(
  name: string,
  { cell, cells, take, fail }: {
    cell: (direction: string) => string | undefined;
    cells: readonly string[];
    take: (key: string) => NumericArray | undefined;
    fail: Failure;
  },
): LstmLayerParameters {
  const read = (path: string): LstmParameters => {
    const [kernel, recurrent, bias] = CELL_WEIGHTS.map((weight) => take(path + weight));
    if (!kernel || recurrent!.shape.length !== 2) {
      throw fail(`layer ${JSON.stringify(name)} must hold kernel and recurrent_kernel, each with two axes`);
    }
    const [units, gates] = recurrent!.shape as [number, number];
    requireLstmGates({ gates, units }, name);
    return {
      inputWeights: transposed(kernel),
      recurrentWeights: transposed(recurrent!),
      ...(bias && { inputBias: bias }),
    };
  };
  if (cells.length === 1) return { forward: read(cells[0]!) };
  const [forward, backward] = [cell("forward"), cell("backward")];
  if (cells.length !== 2 || forward === undefined || backward === undefined) {
    throw fail(
      `layer ${
        JSON.stringify(name)
      } must hold one cell, or one forward and one backward, got ${cells.length}`,
    );
  }
  return { forward: read(forward), reverse: read(backward) };
}

/** Keras multiplies vectors from the left, so its matrices stand the other way round. */
function transposed(matrix: NumericArray): NumericArray {
  return matrix.shape.length === 2 ? matrix.transpose(1, 0) : matrix;
}
