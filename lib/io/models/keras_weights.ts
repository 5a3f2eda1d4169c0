import { formatList } from "../../errors.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import type { Hdf5Content } from "../arrays/hdf5.ts";
import type { Failure } from "../failure.ts";

/** The weights of one layer by their path within it, with Keras' own names for them: `lstm_cell/kernel`. */
export type NamedWeights = Map<string, NumericArray>;

const SAVED_MODEL = "model_weights";
const NUMBERED = "layers";
const RECURRENT = ["kernel", "recurrent_kernel", "bias"];
/** What Keras 3 numbers, in its order. */
const NUMBERED_WEIGHTS: Readonly<Record<string, readonly string[]>> = {
  embedding: ["embeddings"],
  dense: ["kernel", "bias"],
};

/** The weights of each layer by its name, in the order of the model, from either layout that Keras writes. */
export function kerasWeights({ arrays, texts }: Hdf5Content, fail: Failure): Map<string, NamedWeights> {
  const root = [SAVED_MODEL, ""].find((path) => texts.get(path)?.has("layer_names"));
  if (root !== undefined) {
    const names = [texts.get(root)!.get("layer_names")!].flat();
    // Keras 2 ends the names of weights in `:0`.
    return new Map(names.map((name) => [
      name,
      below(root === "" ? name : `${root}/${name}`, arrays, (path) => path.replace(/:\d+$/, "")),
    ]));
  }
  if (!texts.has(NUMBERED)) throw fail("the file must hold weights as Keras 2 or Keras 3 saves them");
  const parts = [...texts.keys()].map((path) => /^layers\/([^/]+)\/vars$/.exec(path)?.[1]);
  const keys = inCreationOrder(parts.filter((part) => part !== undefined));
  requireKnownOrder(keys, arrays, fail);
  return new Map(keys.map((key) => {
    const name = texts.get(`${NUMBERED}/${key}/vars`)?.get("name");
    return [
      typeof name === "string" ? name : key,
      below(`${NUMBERED}/${key}`, arrays, (path) => withNames(path, kindOf(key))),
    ];
  }));
}

function below(
  folder: string,
  arrays: Hdf5Content["arrays"],
  rename: (path: string) => string,
): NamedWeights {
  const own = [...arrays].filter(([path]) => path.startsWith(`${folder}/`));
  return new Map(own.map(([path, array]) => [rename(path.slice(folder.length + 1)), array]));
}

/** `cell/vars/1` -> `cell/recurrent_kernel`. */
function withNames(path: string, kind: string): string {
  const names = /(^|\/)cell\/vars\/\d+$/.test(path) ? RECURRENT : NUMBERED_WEIGHTS[kind] ?? [];
  return path.replace(/vars\/(\d+)$/, (all, index: string) => names[Number(index)] ?? all);
}

const kindOf = (key: string): string => key.replace(/_\d+$/, "");

/** Keras 3 numbers the layers of a kind as they are made: `lstm`, `lstm_1`, `lstm_2`. */
function inCreationOrder(keys: string[]): string[] {
  const number = (key: string): number => Number(/_(\d+)$/.exec(key)?.[1] ?? 0);
  return keys.sort((a, b) => number(a) - number(b));
}

/** Layers of two kinds are numbered apart, so nothing says which comes first. */
function requireKnownOrder(keys: readonly string[], arrays: Hdf5Content["arrays"], fail: Failure): void {
  const isRecurrent = (key: string): boolean =>
    [...arrays.keys()].some((path) => path.startsWith(`${NUMBERED}/${key}/`) && path.includes("/cell/"));
  const kinds = [...new Set(keys.filter(isRecurrent).map(kindOf))];
  if (kinds.length > 1) {
    throw fail(
      `recurrent layers must be of one kind, as their order is not in the file, got ${formatList(kinds)}`,
    );
  }
}
