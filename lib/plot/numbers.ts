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
  const entries = Symbol.iterator in labelled
    ? [...labelled as Iterable<readonly [string, Value]>]
    : Object.entries(labelled);
  if (entries.length === 0) {
    throw new RangeError(`Cannot ${action}: at least one of ${where} is required, got 0`);
  }
  return entries;
}
