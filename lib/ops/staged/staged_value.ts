import type { Tensor } from "../../tensor/mod.ts";
import type { Size } from "./size.ts";

/** What the elements of a staged value are. */
export type StagedType = "float" | "integer" | "boolean";

/** One of two numbers, chosen for each element. */
export interface Choice {
  /** The boolean value that chooses. */
  readonly condition: StagedValue;
  /** The number where it holds. */
  readonly yes: number;
  /** The number elsewhere. */
  readonly no: number;
}

/** What is known about a value before the graph runs. */
export interface Facts {
  /** Its numbers, of a constant. */
  readonly data?: Tensor | undefined;
  /** Whether it is a parameter, or made of parameters only. */
  readonly constant?: boolean | undefined;
  /** Whether no element is negative, and whether none is positive. */
  readonly sign?: Sign | undefined;
  /** The smaller value that this one is the stretched form of. */
  readonly core?: StagedValue | undefined;
  /** The choice that this value is. */
  readonly choice?: Choice | undefined;
  /** The values of size 1 on the last axis that stand one after the other in this one. */
  readonly parts?: readonly StagedValue[] | undefined;
  /** The matrix that this one is the transpose of. */
  readonly transposeOf?: StagedValue | undefined;
  /** What this value is, but for its sizes. */
  readonly reshapeOf?: StagedValue | undefined;
  /** What this value is the maximum of, over some axes. */
  readonly maximumOf?: StagedValue | undefined;
}

/** Signs that all elements are known to have. */
export interface Sign {
  /** No element is below 0. */
  readonly nonNegative: boolean;
  /** No element is above 0. */
  readonly nonPositive: boolean;
}

/** A value of a graph that is being written. */
export interface StagedValue {
  /** Its name in the graph; empty for a value that has no node yet. */
  readonly name: string;
  /** Its sizes. */
  readonly shape: readonly Size[];
  /** What its elements are. */
  readonly type: StagedType;
  /** What is known about it. */
  readonly facts: Facts;
}

/** A setting of a staged node. */
export type StagedAttribute = number | string | readonly number[];

/** The step of a scan: a graph of its own, which may also read values of the graph around it. */
export interface StagedBody {
  /** States first, then what is read step by step. */
  readonly inputs: readonly StagedValue[];
  /** States first, then what each step gives. */
  readonly outputs: readonly StagedValue[];
  /** Its nodes, in the order in which they can run. */
  readonly nodes: readonly StagedNode[];
  /** How many states there are. */
  readonly states: number;
}

/** An operator of ONNX at work. */
export interface StagedNode {
  /** The operator. */
  readonly operator: string;
  /** The names of its inputs. */
  readonly inputs: readonly string[];
  /** The names of its outputs; an empty name for one that nothing reads. */
  readonly outputs: readonly string[];
  /** Its settings: whole numbers, texts or lists of whole numbers. */
  readonly attributes: Readonly<Record<string, StagedAttribute>>;
  /** The step, of a scan. */
  readonly body?: StagedBody | undefined;
}

/** A constant of a staged graph. */
export type StagedConstant =
  | { readonly type: "float"; readonly value: Tensor }
  | { readonly type: "integer"; readonly values: readonly number[]; readonly scalar: boolean };

export const ANY_SIGN: Sign = Object.freeze({ nonNegative: false, nonPositive: false });
export const NON_NEGATIVE: Sign = Object.freeze({ nonNegative: true, nonPositive: false });
const BOTH: Sign = Object.freeze({ nonNegative: true, nonPositive: true });

const signs = new WeakMap<Tensor, Sign>();

/** The signs that the numbers of a tensor have. */
function signOfData(data: Tensor): Sign {
  const known = signs.get(data);
  if (known) return known;
  let [nonNegative, nonPositive] = [true, true];
  for (const value of data.data) {
    if (!(value >= 0)) nonNegative = false;
    if (!(value <= 0)) nonPositive = false;
    if (!nonNegative && !nonPositive) break;
  }
  const sign = { nonNegative, nonPositive };
  signs.set(data, sign);
  return sign;
}

/** The signs that a value is known to have. */
export function signOf({ facts: { sign, data, core, choice, parts } }: StagedValue): Sign {
  if (sign) return sign;
  if (parts) return parts.map(signOf).reduce(signOfSum);
  if (data) return signOfData(data);
  if (choice) {
    return {
      nonNegative: Math.min(choice.yes, choice.no) >= 0,
      nonPositive: Math.max(choice.yes, choice.no) <= 0,
    };
  }
  return core ? signOf(core) : ANY_SIGN;
}

/** The number that a value is everywhere, if it is one. */
export function uniformNumber({ facts: { core, data }, shape }: StagedValue): number | undefined {
  if (core) return uniformNumber(core);
  return data && shape.every((size) => size === 1) ? data.data[data.offset] : undefined;
}

/** The signs of a sum. */
export function signOfSum(a: Sign, b: Sign): Sign {
  return {
    nonNegative: a.nonNegative && b.nonNegative,
    nonPositive: a.nonPositive && b.nonPositive,
  };
}

/** The opposite signs. */
export function opposite({ nonNegative, nonPositive }: Sign): Sign {
  return { nonNegative: nonPositive, nonPositive: nonNegative };
}

/** The signs of a product or a quotient. */
export function signOfProduct(a: Sign, b: Sign): Sign {
  if (a.nonNegative && a.nonPositive || b.nonNegative && b.nonPositive) return BOTH;
  return {
    nonNegative: a.nonNegative && b.nonNegative || a.nonPositive && b.nonPositive,
    nonPositive: a.nonNegative && b.nonPositive || a.nonPositive && b.nonNegative,
  };
}
