import { formatList } from "../../errors.ts";
import type { LstmLayerParameters, LstmParameters } from "../../recurrent/mod.ts";
import type { NumericArray } from "../../tensor/mod.ts";
import type { Failure } from "../failure.ts";
import { requireLstmGates, unsupportedLayer } from "./unsupported_layer.ts";

type Tensors = ReadonlyMap<string, NumericArray>;

/** The layers of an `nn.LSTM`, and the names of its tensors. */
export interface TorchLstm {
  readonly layers: readonly LstmLayerParameters[];
  readonly names: ReadonlySet<string>;
}

const FIRST = "weight_ih_l0";

/** Finds the one `nn.LSTM` among the tensors, or the one of the given name. */
export function findLstm(
  tensors: Tensors,
  { name, fail }: { name: string | undefined; fail: Failure },
): TorchLstm {
  const found = [...tensors.keys()]
    .filter((key) => key === FIRST || key.endsWith(`.${FIRST}`))
    .map((key) => key.slice(0, -FIRST.length).replace(/\.$/, ""));
  const chosen = name === undefined ? found : found.filter((module) => module === name);
  if (chosen.length !== 1) {
    const wanted = name === undefined
      ? "one nn.LSTM must be found, or option lstm must name it"
      : "option lstm must name an nn.LSTM";
    throw fail(`${wanted}, got ${name === undefined ? formatList(found) || "none" : JSON.stringify(name)}`);
  }
  const [module] = chosen as [string];
  const prefix = module === "" ? "" : `${module}.`;
  const names = new Set<string>();
  const take = (key: string): NumericArray | undefined => {
    const tensor = tensors.get(prefix + key);
    if (tensor !== undefined) names.add(prefix + key);
    return tensor;
  };
  const layers: LstmLayerParameters[] = [];
  for (let layer = 0; tensors.has(`${prefix}weight_ih_l${layer}`); layer++) {
    const read = (suffix: string): LstmParameters =>
      readDirection(take, { suffix: `l${layer}${suffix}`, module, fail });
    const forward = read("");
    layers.push(
      tensors.has(`${prefix}weight_ih_l${layer}_reverse`)
        ? { forward, reverse: read("_reverse") }
        : { forward },
    );
  }
  return { layers, names };
}

function readDirection(
  take: (key: string) => NumericArray | undefined,
  { suffix, module, fail }: { suffix: string; module: string; fail: Failure },
): LstmParameters {
  const [inputWeights, recurrentWeights] = [take(`weight_ih_${suffix}`)!, take(`weight_hh_${suffix}`)];
  if (recurrentWeights === undefined) {
    throw fail(`weight_hh_${suffix} must be there beside weight_ih_${suffix}`);
  }
  const [gates, units] = recurrentWeights.shape as [number, number];
  requireLstmGates({ gates, units }, module);
  if (take(`weight_hr_${suffix}`) !== undefined) {
    throw unsupportedLayer(module, "it must be an LSTM without projections (proj_size 0), got one with them");
  }
  const [inputBias, recurrentBias] = [take(`bias_ih_${suffix}`), take(`bias_hh_${suffix}`)];
  return {
    inputWeights,
    recurrentWeights,
    ...(inputBias && { inputBias }),
    ...(recurrentBias && { recurrentBias }),
  };
}
