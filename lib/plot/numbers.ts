import { described } from "../described.ts";
import { formatShape, ShapeError } from "../errors.ts";
import { contiguous, type NumericArray, requireFinite } from "../tensor/mod.ts";
import { isNdArray } from "../tensor/is_nd_array.ts";

/** A matrix: an ndarray `[rows, columns]`, or a list of rows. */
export type Matrix = NumericArray | readonly ArrayLike<number>[];

/** What is drawn and of what, for messages. */
export interface Source {
  /** Such as `draw the word matrix`. */
  readonly action: string;
  /** Such as `relevance`. */
  readonly where: string;
}

/** The numbers of a matrix in row-major order. */
export interface FlatMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A list of words. */
export function requireTexts(list: readonly string[], { action, where }: Source): void {
  if (!Array.isArray(list)) {
    throw new TypeError(`Cannot ${action}: ${where} must be a list of texts, got ${described(list)}`);
  }
  const wrong = list.findIndex((text) => typeof text !== "string");
  if (wrong < 0) return;
  throw new TypeError(
    `Cannot ${action}: ${where} must be texts, got ${described(list[wrong])} at [${wrong}]`,
  );
}

/** An ndarray, where a list could not say what its axes are. */
export function requireArray(array: NumericArray, { action, where }: Source): void {
  if (isNdArray(array)) return;
  throw new TypeError(
    `Cannot ${action}: ${where} must be an ndarray, such as tensor([[1, 2]]) makes, got ${described(array)}`,
  );
}

/** A list of numbers, finite or not. */
export function requireNumbers(list: ArrayLike<number>, { action, where }: Source): void {
  if (ArrayBuffer.isView(list)) return;
  if (typeof list !== "object" || list === null || typeof list.length !== "number") {
    throw new TypeError(`Cannot ${action}: ${where} must be a list of numbers, got ${described(list)}`);
  }
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] === "number") continue;
    throw new TypeError(`Cannot ${action}: ${where} must be numbers, got ${described(list[i])} at [${i}]`);
  }
}

/** The finite numbers of a matrix that has at least one. */
export function matrixOf(matrix: Matrix, { action, where }: Source): FlatMatrix {
  const flat = isNdArray(matrix) ? ofArray(matrix, { action, where }) : ofRows(matrix, { action, where });
  if (flat.values.length === 0) {
    throw new RangeError(
      `Cannot ${action}: ${where} must have at least one number, got shape ${
        formatShape([flat.rows, flat.columns])
      }`,
    );
  }
  requireFinite(flat.values, [flat.rows, flat.columns], { action, where });
  return flat;
}

function ofArray(array: NumericArray, { action, where }: Source): FlatMatrix {
  const [rows, columns] = array.shape;
  if (array.shape.length !== 2) {
    throw new ShapeError(
      `Cannot ${action}: ${where} must have shape [rows, columns], got ${formatShape(array.shape)}`,
      { where, expected: [-1, -1], actual: array.shape },
    );
  }
  return { rows: rows!, columns: columns!, values: contiguous(array) };
}

function ofRows(lists: readonly ArrayLike<number>[], { action, where }: Source): FlatMatrix {
  if (!Array.isArray(lists)) {
    throw new TypeError(
      `Cannot ${action}: ${where} must be an ndarray or a list of rows, got ${described(lists)}`,
    );
  }
  lists.forEach((list, row) => requireNumbers(list, { action, where: `row ${row} of ${where}` }));
  const columns = lists[0]?.length ?? 0;
  const ragged = lists.findIndex((list) => list.length !== columns);
  if (ragged >= 0) {
    throw new ShapeError(
      `Cannot ${action}: all rows of ${where} must have length ${columns}, got ${
        lists[ragged]!.length
      } in row ${ragged}`,
      { where, expected: [columns], actual: [lists[ragged]!.length] },
    );
  }
  const values = new Float64Array(lists.length * columns);
  lists.forEach((list, row) => values.set(Array.from(list), row * columns));
  return { rows: lists.length, columns, values };
}

/** Finite numbers, at least one of them and as many as are expected. */
export function listOf(
  list: ArrayLike<number> | NumericArray,
  { action, where, length }: Source & { length?: number },
): ArrayLike<number> {
  if (isNdArray(list) && list.shape.length !== 1) {
    throw new ShapeError(
      `Cannot ${action}: ${where} must have one axis, got shape ${formatShape(list.shape)}`,
      {
        where,
        expected: [length ?? -1],
        actual: list.shape,
      },
    );
  }
  const values = isNdArray(list) ? contiguous(list) : list;
  requireNumbers(values, { action, where });
  if (values.length === 0) {
    throw new RangeError(`Cannot ${action}: ${where} must have at least one number, got none`);
  }
  if (length !== undefined && values.length !== length) {
    throw new ShapeError(`Cannot ${action}: ${where} must have ${length} numbers, got ${values.length}`, {
      where,
      expected: [length],
      actual: [values.length],
    });
  }
  requireFinite(values, [values.length], { action, where });
  return values;
}

/** Values by their labels; entries (`[label, value]`) for labels that are numbers. */
export type Labelled<Value> = { readonly [label: string]: Value } | Iterable<readonly [string, Value]>;

/** The entries of labelled values, at least one of them. */
export function entriesOf<Value>(
  labelled: Labelled<Value>,
  { action, where }: Source,
): (readonly [string, Value])[] {
  const pairs = `Cannot ${action}: ${where} must be an object or [label, value] pairs, got`;
  if (typeof labelled !== "object" || labelled === null) {
    throw new TypeError(`${pairs} ${described(labelled)}`);
  }
  const isList = Symbol.iterator in labelled;
  const given = isList ? [...labelled as Iterable<readonly [string, Value]>] : Object.entries(labelled);
  const entries = given.map((pair, i) => {
    if (Array.isArray(pair) && pair.length === 2) return [String(pair[0]), pair[1] as Value] as const;
    throw new TypeError(`${pairs} ${described(pair)} at [${i}]`);
  });
  if (entries.length === 0) {
    throw new RangeError(`Cannot ${action}: at least one of ${where} is required, got 0`);
  }
  return entries;
}
