import {
  type DialectName,
  epsilonRule,
  matmulRule,
  passRule,
  productRule,
  type ProductShare,
  softmaxRule,
  stopRule,
  uniformRule,
} from "../rules/mod.ts";
import { assign, type Assignment, type Composite, composite } from "./composite.ts";
import { byFamily, byKind } from "./layer_matcher.ts";
import { commonAssignments, type PresetOptions, requirePresetOptions, startOf } from "./presets.ts";

function linearAssignments(options: PresetOptions, dialect: DialectName): Assignment[] {
  const { epsilon } = options;
  return [
    assign(
      byKind("dense", "convolution", "transposedConvolution", "scale"),
      epsilonRule({ epsilon, dialect }),
    ),
    assign(byFamily("product"), uniformRule()),
    assign(byKind("rmsNorm"), passRule()),
    ...commonAssignments({ ...options, dialect }),
  ];
}

/**
 * AttnLRP for transformers: epsilon for dense layers and sums, the Taylor rule for the softmax, the bilinear rule for
 * matrix products, layer normalizations with their deviation held fixed, identity for root-mean-square normalizations and
 * activations, half and half for gated products.
 *
 * @param options.dialect Default `"lxt"`.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { dense, layerNorm, softmax } from "@relprop/lrp/layers";
 * import { attnLrp, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([layerNorm(), softmax(), dense({ weights: tensor([[1]]) })]);
 * const rules = plan(network, attnLrp()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "softmax taylor", "fixed deviation"]);
 * ```
 *
 * @see Achtibat et al. 2024, https://proceedings.mlr.press/v235/achtibat24a.html
 */
export function attnLrp(options: PresetOptions = {}): Composite {
  requirePresetOptions("attnLrp", options);
  const { dialect = "lxt" } = options;
  return composite("attnLrp", [
    assign(byFamily("softmax"), softmaxRule()),
    assign(byFamily("matmul"), matmulRule({ dialect })),
    ...linearAssignments(options, dialect),
  ], startOf(options));
}

/**
 * CP-LRP for transformers: as AttnLRP, but the attention weights are held constant, so that queries and keys get nothing
 * and the values all.
 *
 * @param options.dialect Default `"lxt"`.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { dense, layerNorm, softmax } from "@relprop/lrp/layers";
 * import { cpLrp, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([layerNorm(), softmax(), dense({ weights: tensor([[1]]) })]);
 * const rules = plan(network, cpLrp()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "stop", "fixed deviation"]);
 * ```
 *
 * @see Ali et al. 2022, https://proceedings.mlr.press/v162/ali22a.html
 */
export function cpLrp(options: PresetOptions = {}): Composite {
  requirePresetOptions("cpLrp", options);
  const { dialect = "lxt" } = options;
  return composite("cpLrp", [
    assign(byFamily("softmax"), stopRule()),
    assign(byFamily("matmul"), matmulRule({ share: "right", dialect })),
    ...linearAssignments(options, dialect),
  ], startOf(options));
}

/**
 * LRP for unrolled recurrent nets: epsilon for dense layers and sums, and at products of a gate and a signal the rule of
 * `share`; `all` is LRP-all.
 *
 * @param options.dialect Default `"arras"`.
 * @param options.share What a gate and its signal get. Default `"all"`.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { dense, tanh } from "@relprop/lrp/layers";
 * import { lrpAll, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const network = sequential([dense({ weights: tensor([[1]]) }), tanh()]);
 * const rules = plan(network, lrpAll()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["pass", "epsilon"]);
 * ```
 *
 * @see Arras et al. 2017, https://aclanthology.org/W17-5221
 */
export function lrpAll(options: PresetOptions & { share?: ProductShare | undefined } = {}): Composite {
  requirePresetOptions("lrpAll", options, { own: ["share"] });
  const { dialect = "arras", epsilon, share = "all" } = options;
  return composite("lrpAll", [
    assign(byFamily("product"), productRule({ share, dialect, stabilizer: epsilon })),
    assign(byFamily("linear"), epsilonRule({ epsilon, dialect })),
    assign(byFamily("activation"), passRule()),
    ...commonAssignments({ epsilon, dialect }),
  ], startOf(options));
}
