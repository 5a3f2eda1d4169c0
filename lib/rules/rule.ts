import { described } from "../described.ts";
import { formatShape, ShapeError, UnsupportedLayerError } from "../errors.ts";
import type { Layer, LayerFamily, LinearMap } from "../layers/mod.ts";
import type { Ops } from "../ops/mod.ts";
import { requireOptions } from "../options.ts";

/** Where a value comes from: what a rule for products wants to know about its factors. */
export interface Origin<T> {
  /** The kind of the layer that made the value; empty for an input. */
  readonly kind: string;
  /** The value before the activation that made it, or the value itself. */
  readonly preactivation: T;
}

/** What a rule sees: operations and values, never arrays. */
export interface RuleContext<T> {
  /** The operations, eager or staged. */
  readonly ops: Ops<T>;
  /** The name of the layer in its network, for messages. */
  readonly name: string;
  /** The layer itself: its kind, family and settings. */
  readonly definition: Layer;
  /** All inputs of the layer. */
  readonly inputs: readonly T[];
  /** The output of the forward pass. */
  readonly output: T;
  /** The relevance of the output. */
  readonly relevance: T;
  /** Where the inputs come from. */
  readonly origins: readonly Origin<T>[];
  /** The layer as a linear map, for the rules that need one. */
  readonly layer: LinearMap<T>;
  /** What the linear map is applied to: the input, or all inputs stacked. */
  readonly input: T;
  /** The gradient by each input of what has the gradient `s` by the output. */
  pullback(s: T): readonly T[];
}

/** What a rule gives back: relevance for each input, and what it knows about the rest. */
export interface Shares<T> {
  /** The relevance of each input, in the shape of the input. */
  readonly inputs: readonly T[];
  /** What biases absorbed, in the shape of the output or smaller. */
  readonly bias?: T | undefined;
  /** What stabilizers absorbed, likewise. */
  readonly stabilizer?: T | undefined;
  /** What the rule itself took away (or, negative, added), likewise. */
  readonly lost?: T | undefined;
  /** What stayed in initial states, in any shape. */
  readonly rest?: T | undefined;
  /**
   * The relevance of the weights, in their shape, for rules that share by them; worked out when it is asked for.
   */
  readonly weights?: (() => T) | undefined;
}

/** A propagation rule: plain data and one function, without state. */
export interface Rule {
  /** Its name in tables and messages. */
  readonly name: string;
  /** Its hyperparameters. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The families of layers that it is defined on. */
  readonly families: readonly LayerFamily[];
  /**
   * Whether bias, stabilizer and loss account for all relevance that does not arrive; if not, the ledger books the
   * difference on the rule.
   */
  readonly accounts: boolean;
  /** Shares the relevance of the output among the inputs. */
  propagate<T>(context: RuleContext<T>): Shares<T>;
}

/** What to use on each family, for messages. */
const ADVICE: Readonly<Record<LayerFamily, string>> = {
  linear: "epsilonRule()",
  normalization: "normalizationRule()",
  rotation: "epsilonRule()",
  maxPooling: "winnerTakeAllRule()",
  activation: "passRule()",
  routing: "gradientRule()",
  product: "productRule()",
  matmul: "matmulRule()",
  softmax: "softmaxRule()",
  lookup: "gradientRule()",
  recurrent: "rules for the layers of its steps",
  constant: "gradientRule()",
};

/** Makes the error of a rule on a layer that it is not defined on. */
export function notDefined(rule: string, name: string, layer: Layer, reason: string): UnsupportedLayerError {
  const advice: string | undefined = ADVICE[layer.family];
  return new UnsupportedLayerError(
    `Cannot propagate relevance through layer "${name}" (${layer.kind}): rule "${rule}" ${reason}${
      advice === undefined ? "" : `, use ${advice} for such a layer`
    }`,
    { layer: name, rule },
  );
}

/**
 * Throws unless a rule is defined on the family of a layer.
 *
 * @throws {UnsupportedLayerError} If it is not; the message names a rule that is.
 *
 * @example
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { gammaRule, requireDefined } from "@relprop/lrp/rules";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => requireDefined(gammaRule(), "relu1", relu()),
 *   TypeError,
 *   'rule "gamma" is not defined on activation layers',
 * );
 * ```
 */
export function requireDefined(rule: Rule, name: string, layer: Layer): void {
  if (rule.families.includes(layer.family)) return;
  throw notDefined(rule.name, name, layer, `is not defined on ${layer.family} layers`);
}

/** Throws unless this is a rule: the commonest slip is to forget the brackets of `epsilonRule()`. */
export function requireRule(given: Rule, action: string): void {
  if (typeof given?.propagate === "function" && Array.isArray(given.families)) return;
  throw new TypeError(
    `Cannot ${action}: the rule must be made by a call such as epsilonRule(), got ${described(given)}`,
  );
}

/** Throws unless all of these are families of layers. */
export function requireFamilies(action: string, families: readonly LayerFamily[]): void {
  const unknown = families.find((family) => !Object.hasOwn(ADVICE, family));
  if (unknown === undefined) return;
  throw new RangeError(
    `Cannot ${action}: a family must be one of ${Object.keys(ADVICE).join(", ")}, got ${described(unknown)}`,
  );
}

/**
 * A rule from all its parts, frozen; {@linkcode customRule} needs fewer of them.
 *
 * @example A rule that passes half of the relevance on
 * ```ts
 * import { relu } from "@relprop/lrp/layers";
 * import { defineRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const half = defineRule({
 *   name: "half",
 *   options: {},
 *   families: ["activation"],
 *   accounts: false,
 *   propagate: ({ ops, relevance }) => ({ inputs: [ops.multiply(relevance, 0.5)] }),
 * });
 * const { inputs } = propagate(relu(), half, { inputs: [tensor([[1]])], relevance: tensor([[4]]) });
 * assertEquals(inputs[0].get(0, 0), 2);
 * ```
 */
export function defineRule(rule: Rule): Rule {
  if (typeof rule?.propagate !== "function" || !Array.isArray(rule.families)) {
    throw new TypeError(
      `Cannot make a rule: it must have families of layers and a function propagate, got ${described(rule)}`,
    );
  }
  return Object.freeze({
    ...rule,
    options: Object.freeze({ ...rule.options }),
    families: Object.freeze([...rule.families]),
  });
}

/**
 * A rule from one function, as one writes it in a cell.
 *
 * The function gets the {@linkcode RuleContext} and gives the relevance of `input`, in its shape. What does not arrive is
 * booked on the rule.
 *
 * @throws {ShapeError} When it propagates, if the function gives another shape.
 * @throws {TypeError} When it propagates, if the function gives nothing.
 *
 * @example LRP by absolute contributions, in one line
 * ```ts
 * import { dense } from "@relprop/lrp/layers";
 * import { customRule, propagate } from "@relprop/lrp/rules";
 * import { tensor } from "@relprop/lrp/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const rule = customRule("absolute", ({ ops, input, layer, relevance }) => {
 *   const size = ops.absolute(input);
 *   const z = layer.forward(size, { weights: ops.absolute, bias: false });
 *   return ops.multiply(size, layer.pullback(ops.divide(relevance, z), { weights: ops.absolute }));
 * });
 * const layer = dense({ weights: tensor([[3, -4]]) });
 * const { inputs } = propagate(layer, rule, { inputs: [tensor([[1, 2]])], relevance: tensor([[11]]) });
 * assertEquals([...inputs[0].data], [3, 8]); // |1·3| and |2·-4| of 11
 * ```
 */
export function customRule(
  name: string,
  propagate: <T>(context: RuleContext<T>) => T,
  options: { families?: readonly LayerFamily[] } = {},
): Rule {
  if (typeof name !== "string" || typeof propagate !== "function") {
    throw new TypeError(
      `Cannot make a rule: it must have a name and a function, got ${described(name)} and ${
        described(propagate)
      }`,
    );
  }
  requireOptions(options, { action: `make rule "${name}"`, known: ["families"] });
  requireFamilies(`make rule "${name}"`, options.families ?? []);
  return defineRule({
    name,
    options: {},
    families: options.families ?? ["linear"],
    accounts: false,
    propagate: <T>(context: RuleContext<T>) => {
      const relevance = propagate(context);
      const { ops, definition } = context;
      if (typeof relevance !== "object" || relevance === null || !("shape" in relevance)) {
        throw new TypeError(
          `Cannot propagate relevance through layer "${context.name}" (${definition.kind}): rule "${name}" must give the relevance of its input, got ${
            described(relevance)
          }`,
        );
      }
      const [given, wanted] = [relevance, context.inputs.length === 1 ? context.inputs[0] : context.input];
      const [actual, expected] = [given, wanted].map((value) => ops.shape(value));
      if (formatShape(actual) !== formatShape(expected)) {
        throw new ShapeError(
          `Cannot propagate relevance through layer "${context.name}" (${definition.kind}): rule "${name}" must give shape ${
            formatShape(expected)
          }, got ${formatShape(actual)}`,
          { where: context.name, expected, actual },
        );
      }
      return { inputs: context.inputs.length === 1 ? [relevance] : context.layer.split(relevance) };
    },
  });
}
