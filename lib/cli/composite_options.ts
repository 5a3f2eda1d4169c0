import {
  attnLrp,
  type Composite,
  cpLrp,
  deepTaylor,
  dropSoftmax,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  excitationBackpropagation,
  gradient,
  guidedBackpropagation,
  lrpAll,
  mergeBatchNorm,
} from "../networks/mod.ts";
import { compile, type CompiledNetwork } from "../compiler/mod.ts";
import { networkFromOnnx, type OnnxModel } from "../io/mod.ts";
import type { Size } from "../ops/mod.ts";
import { UsageError } from "./usage_error.ts";

/** The options of commands that compile, as `parseArgs` of Node takes them. */
export const COMPOSITE_OPTIONS = {
  composite: { type: "string" },
  epsilon: { type: "string" },
  gamma: { type: "string" },
  low: { type: "string" },
  high: { type: "string" },
  shape: { type: "string" },
  target: { type: "string" },
  start: { type: "string" },
} as const;

/** What they say in `--help`. */
export const COMPOSITE_HELP =
  `  --composite NAME     epsilonPlus (default), epsilonPlusFlat, epsilonAlpha2Beta1, epsilonAlpha2Beta1Flat,
                       epsilonGammaBox (with --low and --high), deepTaylor, excitationBackpropagation, attnLrp,
                       cpLrp, lrpAll, gradient, guidedBackpropagation
  --epsilon NUMBER     stabilizer of dense layers; by default that of the composite
  --gamma NUMBER       of epsilonGammaBox, default 0.25
  --low, --high NUMBER the smallest and largest value of an input, for epsilonGammaBox and deepTaylor
  --shape SIZES        sizes of the input where they are to be others than the file says, such as N,3,224,224
                       (a name is any size)
  --target T           predicted (default), class (the model gets an input "class") or relevance (an input "seed")
  --start S            score (default) or one: the relevance that a class starts with
`;

/** The values of these options, as they were given. */
export type CompositeValues = { readonly [name in keyof typeof COMPOSITE_OPTIONS]?: string | undefined };

function oneOf<const T extends string>(name: string, given: string | undefined, known: readonly T[]): T {
  const value = given ?? known[0]!;
  if ((known as readonly string[]).includes(value)) return value as T;
  throw new UsageError(
    `Cannot compile: --${name} must be one of ${known.join(", ")}, got ${JSON.stringify(value)}`,
  );
}

function numberOf(name: keyof CompositeValues, values: CompositeValues): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  if (given.trim() !== "" && Number.isFinite(Number(given))) return Number(given);
  throw new UsageError(`Cannot compile: --${name} must be a number, got ${JSON.stringify(given)}`);
}

/** The composite that options ask for. */
export function compositeOf(values: CompositeValues): Composite {
  const [epsilon, gamma, low, high] = (["epsilon", "gamma", "low", "high"] as const).map((name) =>
    numberOf(name, values)
  );
  const options = { epsilon };
  const known: Record<string, () => Composite> = {
    epsilonPlus: () => epsilonPlus(options),
    epsilonPlusFlat: () => epsilonPlusFlat(options),
    epsilonAlpha2Beta1: () => epsilonAlpha2Beta1(options),
    epsilonAlpha2Beta1Flat: () => epsilonAlpha2Beta1Flat(options),
    epsilonGammaBox: () => {
      if (low === undefined || high === undefined) {
        throw new UsageError("Cannot compile: --composite epsilonGammaBox must come with --low and --high");
      }
      return epsilonGammaBox({ ...options, gamma, low, high });
    },
    deepTaylor: () => {
      if (low === undefined && high === undefined) return deepTaylor(options);
      if (low === undefined || high === undefined) {
        throw new UsageError(
          "Cannot compile: --composite deepTaylor must come with both --low and --high, or none",
        );
      }
      return deepTaylor({ ...options, low, high });
    },
    excitationBackpropagation: () => excitationBackpropagation(),
    attnLrp: () => attnLrp(options),
    cpLrp: () => cpLrp(options),
    lrpAll: () => lrpAll(options),
    gradient,
    guidedBackpropagation,
  };
  return known[oneOf("composite", values.composite, Object.keys(known))]!();
}

function shapeOf(given: string): Size[] {
  return given.split(",").map((part) => {
    const text = part.trim();
    if (/^[1-9]\d*$/.test(text)) return Number(text);
    if (/^[A-Za-z]\w*$/.test(text)) return text;
    throw new UsageError(
      `Cannot compile: --shape must hold sizes and names, such as N,3,224,224, got ${JSON.stringify(given)}`,
    );
  });
}

/** A model as it is compiled: batch normalizations merged, a softmax at the end taken away. */
export function compileModel(model: OnnxModel, values: CompositeValues): CompiledNetwork {
  const [first] = model.graph.inputs.filter(({ name }) => !model.graph.initializers.has(name));
  const given = values.shape === undefined || first === undefined
    ? undefined
    : { [first.name]: shapeOf(values.shape) };
  const { network, shapes } = networkFromOnnx(model, { shapes: given });
  return compile(dropSoftmax(mergeBatchNorm(network)), {
    composite: compositeOf(values),
    shape: shapes,
    target: oneOf("target", values.target, ["predicted", "class", "relevance"]),
    start: oneOf("start", values.start, ["score", "one"]),
  });
}
