import { described } from "../described.ts";
import { ShapeError } from "../errors.ts";
import type { OnnxModel, OnnxValue } from "../io/mod.ts";
import { contiguous, type NumericArray, requireFinite } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";

const INT64 = 7;

/** What a compiled model says about its inputs. */
export interface ModelInputs {
  /** Their names, types and sizes. */
  readonly inputs: readonly OnnxValue[];
  /** How many numbers each of those with whole numbers chooses from. */
  readonly limits: Readonly<Record<string, number>>;
}

/** The inputs of a compiled model. */
export function modelInputs(model: OnnxModel): ModelInputs {
  return { inputs: model.graph.inputs, limits: limitsOf(model) };
}

/** The inputs of a compiled model by name, checked before an engine sees them. */
export function requireInputs(
  { inputs, limits }: ModelInputs,
  input: NumericArray | Readonly<Record<string, NumericArray>>,
): Record<string, NumericArray> {
  const names = inputs.map(({ name }) => name);
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new TypeError(
      `Cannot explain: the input must be an ndarray, or ndarrays by name, got ${described(input)}`,
    );
  }
  const given: Record<string, NumericArray> = isNdArray(input) ? { [names[0]!]: input } : { ...input };
  const found = Object.keys(given);
  if (names.some((name) => given[name] === undefined) || found.some((name) => !names.includes(name))) {
    throw new RangeError(
      `Cannot explain: the model needs the inputs ${names.join(", ")}, got ${found.join(", ")}`,
    );
  }
  const sizes = new Map<string, number>();
  for (const value of inputs) {
    const array = given[value.name]!;
    if (!isNdArray(array)) {
      throw new TypeError(
        `Cannot explain: input ${JSON.stringify(value.name)} must be an ndarray, got ${described(array)}`,
      );
    }
    requireSizes(value, array, sizes);
    const where = `input ${JSON.stringify(value.name)}`;
    requireFinite(contiguous(array), array.shape, { action: "explain", where });
    if (value.elementType === INT64) requireWhole(value.name, array, limits[value.name]);
  }
  return given;
}

/** Throws unless an array has the sizes that are asked for; names stand for one size in all inputs. */
function requireSizes(
  { name, shape: expected = [] }: OnnxValue,
  { shape }: NumericArray,
  sizes: Map<string, number>,
): void {
  const fits = expected.length === shape.length && expected.every((size, axis) => {
    const actual = shape[axis]!;
    if (typeof size === "number") return size === actual;
    // A batch may be empty, a text may not.
    if (actual === 0 && axis > 0) return false;
    if (size !== "" && !sizes.has(size)) sizes.set(size, actual);
    return size === "" || sizes.get(size) === actual;
  });
  if (fits) return;
  throw new ShapeError(
    `Cannot explain: input ${JSON.stringify(name)} must have shape [${expected.join(", ")}], got [${
      shape.join(", ")
    }]`,
    {
      where: name,
      expected: expected.map((size) => typeof size === "number" ? size : -1),
      actual: shape,
    },
  );
}

/** How many numbers inputs of whole numbers choose from, by name: rows of tables as the model notes them, and classes. */
function limitsOf({ graph: { outputs }, metadata }: OnnxModel): Readonly<Record<string, number>> {
  const classes = outputs.find((output) => output.name === "output")?.shape?.at(-1);
  const note = metadata.get("limits") ?? "{}";
  if (!/^\{("[^"\\]*":\d+,?)*\}$/.test(note)) {
    throw new RangeError(`Cannot load the model: its note of limits must be numbers by name, got ${note}`);
  }
  const noted = JSON.parse(note) as Record<string, number>;
  return typeof classes === "number" ? { ...noted, class: classes } : noted;
}

function requireWhole(name: string, array: NumericArray, limit: number | undefined): void {
  const flat = contiguous(array);
  const wrong = flat.findIndex((value) =>
    !Number.isInteger(value) || limit !== undefined && !(value >= 0 && value < limit)
  );
  if (wrong < 0) return;
  const range = limit === undefined ? "" : ` from 0 to ${limit - 1}`;
  throw new RangeError(
    `Cannot explain: input ${JSON.stringify(name)} must hold whole numbers${range}, got ${flat[wrong]}`,
  );
}
