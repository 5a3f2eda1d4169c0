import { requireOptions } from "../options.ts";
import type { NumericArray } from "../tensor/mod.ts";
import {
  alphaBetaRule,
  dialect as dialectOf,
  type DialectName,
  epsilonRule,
  flatRule,
  gammaRule,
  normalizationRule,
  normRule,
  passRule,
  type Rule,
  winnerTakeAllRule,
  wSquareRule,
  zBoxRule,
  zPlusRule,
} from "../rules/mod.ts";
import { assign, type Assignment, type Composite, composite } from "./composite.ts";
import { byFamily, byKind, firstLayer } from "./layer_matcher.ts";

/** Options of the published composites. */
export interface PresetOptions {
  /** ε of dense layers. Default: that of the dialect. */
  readonly epsilon?: number | undefined;
  /**
   * Whose conventions hold: stabilizers, what rules look at and, where it is given, what `explain` starts with. Default:
   * the stabilizers of `"zennit"`, and the score to start with.
   */
  readonly dialect?: DialectName | undefined;
}

/** Bounds of the input for the z-box rule. */
export interface BoxOptions {
  /** The smallest value that an input can have: a number, or an array that broadcasts to the input. */
  readonly low: number | NumericArray;
  /** The largest value that an input can have, likewise. */
  readonly high: number | NumericArray;
}

/** Throws if an option of a preset is misspelt or missing. */
export function requirePresetOptions(
  name: string,
  options: object,
  { own = [], required = [] }: { own?: readonly string[]; required?: readonly string[] } = {},
): void {
  const known = ["epsilon", "dialect", ...own];
  requireOptions(options, { action: `make the composite ${name}`, known, required });
}

/** What a composite starts with: the convention of the dialect that is named. */
export function startOf({ dialect }: Pick<PresetOptions, "dialect">): Pick<Composite, "start"> {
  return dialect === undefined ? {} : { start: dialectOf(dialect).seed };
}

/** Pooling by sums or means. */
export const SUMS: readonly string[] = [
  "averagePooling",
  "sumPooling",
  "adaptiveAveragePooling",
  "meanPooling",
];

/** The layers that are treated alike by all published composites for images. */
export function commonAssignments({ dialect }: PresetOptions): Assignment[] {
  return [
    assign(byFamily("activation"), passRule()),
    assign(byKind("batchNorm"), passRule()),
    assign(byKind("add", ...SUMS), normRule({ dialect })),
    assign(byKind("maxPooling"), winnerTakeAllRule()),
    assign(byFamily("normalization"), normalizationRule({ dialect })),
    assign(byFamily("rotation"), epsilonRule({ dialect })),
  ];
}

const CONVOLUTIONS = byKind("convolution", "transposedConvolution");

function imageComposite(name: string, options: PresetOptions, convolutions: Rule, first?: Rule): Composite {
  const { epsilon, dialect } = options;
  return composite(name, [
    ...first ? [assign(firstLayer(), first)] : [],
    assign(CONVOLUTIONS, convolutions),
    assign(byKind("dense", "scale"), epsilonRule({ epsilon, dialect })),
    ...commonAssignments(options),
  ], startOf(options));
}

/**
 * Epsilon for dense layers, z-plus for convolutions.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { convolution, dense, flatten } from "@relprop/lrp/layers";
 * import { epsilonPlus, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, kernel] = [tensor([[1]]), tensor([[[[1]]]])];
 * const network = sequential([
 *   convolution({ weights: kernel }),
 *   convolution({ weights: kernel }),
 *   flatten(),
 *   dense({ weights }),
 * ]);
 * const rules = plan(network, epsilonPlus()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "move", "z-plus", "z-plus"]);
 * ```
 *
 * @see Anders et al. 2021, https://arxiv.org/abs/2106.13200
 */
export function epsilonPlus(options: PresetOptions = {}): Composite {
  requirePresetOptions("epsilonPlus", options);
  return imageComposite("epsilonPlus", options, zPlusRule({ dialect: options.dialect }));
}

/**
 * Epsilon for dense layers, z-plus for convolutions, flat for the first layer.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { convolution, dense, flatten } from "@relprop/lrp/layers";
 * import { epsilonPlusFlat, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, kernel] = [tensor([[1]]), tensor([[[[1]]]])];
 * const network = sequential([
 *   convolution({ weights: kernel }),
 *   convolution({ weights: kernel }),
 *   flatten(),
 *   dense({ weights }),
 * ]);
 * const rules = plan(network, epsilonPlusFlat()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "move", "z-plus", "flat"]);
 * ```
 *
 * @see Anders et al. 2021, https://arxiv.org/abs/2106.13200
 */
export function epsilonPlusFlat(options: PresetOptions = {}): Composite {
  requirePresetOptions("epsilonPlusFlat", options);
  const { dialect } = options;
  return imageComposite("epsilonPlusFlat", options, zPlusRule({ dialect }), flatRule({ dialect }));
}

/**
 * Epsilon for dense layers, alpha-beta with α = 2 and β = 1 for convolutions.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { convolution, dense, flatten } from "@relprop/lrp/layers";
 * import { epsilonAlpha2Beta1, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, kernel] = [tensor([[1]]), tensor([[[[1]]]])];
 * const network = sequential([
 *   convolution({ weights: kernel }),
 *   convolution({ weights: kernel }),
 *   flatten(),
 *   dense({ weights }),
 * ]);
 * const rules = plan(network, epsilonAlpha2Beta1()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "move", "alpha-beta", "alpha-beta"]);
 * ```
 *
 * @see Anders et al. 2021, https://arxiv.org/abs/2106.13200
 */
export function epsilonAlpha2Beta1(options: PresetOptions = {}): Composite {
  requirePresetOptions("epsilonAlpha2Beta1", options);
  return imageComposite("epsilonAlpha2Beta1", options, alphaBetaRule({ dialect: options.dialect }));
}

/**
 * Epsilon for dense layers, alpha-beta with α = 2 and β = 1 for convolutions, flat for the first layer.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { convolution, dense, flatten } from "@relprop/lrp/layers";
 * import { epsilonAlpha2Beta1Flat, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, kernel] = [tensor([[1]]), tensor([[[[1]]]])];
 * const network = sequential([
 *   convolution({ weights: kernel }),
 *   convolution({ weights: kernel }),
 *   flatten(),
 *   dense({ weights }),
 * ]);
 * const rules = plan(network, epsilonAlpha2Beta1Flat()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "move", "alpha-beta", "flat"]);
 * ```
 *
 * @see Anders et al. 2021, https://arxiv.org/abs/2106.13200
 */
export function epsilonAlpha2Beta1Flat(options: PresetOptions = {}): Composite {
  requirePresetOptions("epsilonAlpha2Beta1Flat", options);
  const { dialect } = options;
  return imageComposite("epsilonAlpha2Beta1Flat", options, alphaBetaRule({ dialect }), flatRule({ dialect }));
}

/**
 * Epsilon for dense layers, gamma for convolutions, z-box for the first layer.
 *
 * @param options.low The smallest value of the input. @param options.high The largest.
 * @param options.gamma γ. Default 0.25.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { convolution, dense, flatten } from "@relprop/lrp/layers";
 * import { epsilonGammaBox, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, kernel] = [tensor([[1]]), tensor([[[[1]]]])];
 * const network = sequential([
 *   convolution({ weights: kernel }),
 *   convolution({ weights: kernel }),
 *   flatten(),
 *   dense({ weights }),
 * ]);
 * const rules = plan(network, epsilonGammaBox({ low: 0, high: 1 })).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["epsilon", "move", "gamma", "z-box"]);
 * ```
 *
 * @see Montavon et al. 2019, https://doi.org/10.1007/978-3-030-28954-6_10
 */
export function epsilonGammaBox(
  options: PresetOptions & BoxOptions & { readonly gamma?: number | undefined },
): Composite {
  requirePresetOptions("epsilonGammaBox", options, {
    own: ["low", "high", "gamma"],
    required: ["low", "high"],
  });
  const { low, high, dialect, gamma } = options;
  return imageComposite(
    "epsilonGammaBox",
    options,
    gammaRule({ gamma, dialect }),
    zBoxRule({ low, high, dialect }),
  );
}

/**
 * Deep Taylor decomposition of a ReLU net: z-plus everywhere, and for the first layer z-box when the input has bounds
 * and w-square when it has none.
 *
 * @example Rules from the output to the input
 * ```ts
 * import { convolution, dense, flatten } from "@relprop/lrp/layers";
 * import { deepTaylor, plan, sequential } from "@relprop/lrp/networks";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, kernel] = [tensor([[1]]), tensor([[[[1]]]])];
 * const network = sequential([
 *   convolution({ weights: kernel }),
 *   convolution({ weights: kernel }),
 *   flatten(),
 *   dense({ weights }),
 * ]);
 * const rules = plan(network, deepTaylor()).rows.map(({ rule }) => rule?.name);
 * assertEquals(rules, ["z-plus", "move", "z-plus", "w-square"]);
 * ```
 *
 * @see Montavon et al. 2017, https://doi.org/10.1016/j.patcog.2016.11.008
 */
export function deepTaylor(options: PresetOptions & Partial<BoxOptions> = {}): Composite {
  const { low, high, dialect } = options ?? {};
  const bounded = low !== undefined || high !== undefined;
  requirePresetOptions("deepTaylor", options, {
    own: ["low", "high"],
    required: bounded ? ["low", "high"] : [],
  });
  const first = low !== undefined && high !== undefined
    ? zBoxRule({ low, high, dialect })
    : wSquareRule({ dialect, bias: "ignore" });
  return composite("deepTaylor", [
    assign(firstLayer(), first),
    assign(byFamily("linear"), zPlusRule({ dialect, bias: "ignore" })),
    ...commonAssignments(options),
  ], startOf(options));
}
