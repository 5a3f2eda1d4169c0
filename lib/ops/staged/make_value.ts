import type { StagedValue } from "./staged_value.ts";

/**
 * The numbers of a staged value are asked for, which are there only when the graph runs.
 *
 * @example
 * ```ts
 * import { StagedGraph, UnknownNumbersError } from "@relprop/lrp/ops";
 * import { assertThrows } from "@std/assert";
 *
 * const x = new StagedGraph().input("x", ["N", 2]) as unknown as { get(n: number, i: number): number };
 * assertThrows(() => x.get(0, 0), UnknownNumbersError, "use operations instead");
 * ```
 */
export class UnknownNumbersError extends TypeError {
  /** The name of the error class. */
  override readonly name: string = "UnknownNumbersError";

  /** Says what was asked for. */
  constructor(asked: string) {
    super(
      `Cannot read ${asked} of a staged value: its numbers are known only when the graph runs, use operations instead`,
    );
  }
}

/** What an array has and a staged value has not; `Symbol.toPrimitive` is what `+x` and `x > 0` ask for. */
const ARRAY_MEMBERS = [
  "data",
  "get",
  "set",
  "stride",
  "offset",
  "size",
  "dtype",
  "dimension",
  "order",
] as const;
const WAYS = ["index", "hi", "lo", "step", "pick", "transpose", "toString", "valueOf"] as const;

const PROTOTYPE: object = Object.create(
  null,
  Object.fromEntries(
    [...ARRAY_MEMBERS, ...WAYS, Symbol.iterator, Symbol.toPrimitive].map((member) => [member, {
      get: (): never => {
        throw new UnknownNumbersError(typeof member === "string" ? member : "the numbers");
      },
    }]),
  ),
);

/** A staged value, which says so when it is taken for an array. */
export function stagedValue({ name, shape, type, facts }: StagedValue): StagedValue {
  return Object.assign(Object.create(PROTOTYPE), { name, shape, type, facts });
}

/** Whether a value is staged; what a rule makes of numbers is an array. */
export function isStaged(value: unknown): value is StagedValue {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === PROTOTYPE;
}

/** Throws unless this is a staged value: arrays are constants only by `ops.constant`. */
export function requireStaged(value: StagedValue): StagedValue {
  if (isStaged(value)) return value;
  throw new TypeError(
    `Cannot stage an operation: each operand must be a staged value or a number, got ${
      typeof value === "object" && value !== null ? "an array, use ops.constant()" : typeof value
    }`,
  );
}
