import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import { ndarray } from "../../lib/tensor/ndarray.ts";
import { contiguous, requireFinite, requireShape, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

Deno.test("tensor() reads nested lists, flat numbers and typed arrays", () => {
  const nested = tensor([[[1, 2]], [[3, 4]]]);
  assertEquals(nested.shape, [2, 1, 2]);
  assertEquals(nested.get(1, 0, 0), 3);
  assertEquals(tensor(5).shape, []);
  assertEquals(tensor([]).shape, [0]);
  assertEquals(tensor([[], []]).shape, [2, 0]);
  assertEquals(tensor(Float32Array.of(1, 2)).shape, [2]);
  assertEquals(tensor([1, 2, 3, 4], [2, 2]).get(1, 0), 3);
});

Deno.test("tensor() keeps a float64 buffer and copies every other", () => {
  const buffer = new Float64Array(4);
  assertStrictEquals(tensor(buffer, [2, 2]).data, buffer);
  const list = [1, 2];
  const copy = tensor(list, [2]);
  list[0] = 9;
  assertEquals(copy.get(0), 1);
});

Deno.test("tensor() refuses ragged lists and shapes that do not fit", () => {
  const make = "Cannot make a tensor: ";
  assertMessage(
    () => tensor([[1, 2], [3]]),
    ShapeError,
    make + "lists on axis 1 must all have length 2, got 1",
  );
  assertMessage(
    () => tensor([[1, 2], 3]),
    ShapeError,
    make + "lists on axis 1 must all have length 2, got a number",
  );
  assertMessage(() => tensor([1, [2]]), ShapeError, make + "lists on axis 1 must all have length 0, got 1");
  assertMessage(
    () => tensor([1, 2, 3], [2, 2]),
    ShapeError,
    "Cannot make a tensor of shape [2, 2]: 4 numbers are required, got 3",
  );
  for (const shape of [[-1, -2], [0.5, 4]]) {
    assertMessage(
      () => tensor([1, 2], shape),
      RangeError,
      make + `every size must be an integer of at least 0, got [${shape.join(", ")}]`,
    );
  }
});

Deno.test("contiguous() gives row-major numbers of any strides, offset and type", () => {
  const matrix = tensor([[1, 2, 3], [4, 5, 6]]);
  assertStrictEquals(contiguous(matrix).buffer, matrix.data.buffer);
  assertEquals([...contiguous(matrix.transpose(1, 0))], [1, 4, 2, 5, 3, 6]);
  assertEquals([...contiguous(matrix.step(-1, 2))], [4, 6, 1, 3]);
  assertEquals([...contiguous(matrix.pick(1, null))], [4, 5, 6]);
  assertEquals([...contiguous(matrix.lo(1, 1))], [5, 6]);
  assertEquals([...contiguous(ndarray(Int8Array.of(1, -2), [2]))], [1, -2]);
  assertEquals([...contiguous(ndarray([1, 2, 3, 4], [2, 2]).transpose(1, 0))], [1, 3, 2, 4]);
  assertEquals(contiguous(zeros([0, 3])).length, 0);
  assertEquals([...contiguous(tensor(7))], [7]);
});

Deno.test("requireShape() and requireFinite() name what does not fit, in message and fields", () => {
  const requirement = { action: "add", where: "weights" };
  requireShape([2, 5], [2, -1], requirement);
  const error = assertThrows(() => requireShape([2, 5], [-1, 4], requirement), ShapeError);
  assertEquals(error.message, "Cannot add: weights must have shape [any, 4], got [2, 5]");
  assertEquals([error.name, error.where, error.expected, error.actual], ["ShapeError", "weights", [-1, 4], [
    2,
    5,
  ]]);
  // deno-lint-ignore no-explicit-any
  const list = [[1]] as any;
  assertMessage(
    () => requireShape(list.shape, [1, 1], requirement),
    TypeError,
    "Cannot add: weights must be an ndarray of shape [1, 1], got no ndarray",
  );
  requireFinite([1, -0, Number.MAX_VALUE], [3], requirement);
  const infinite = assertThrows(
    () => requireFinite([0, 0, 0, -Infinity, 0, 0], [2, 3], requirement),
    NumericalError,
  );
  assertEquals(infinite.message, "Cannot add: weights must be finite, got -Infinity at [1, 0]");
  assertEquals([infinite.where, infinite.index, infinite.value], ["weights", [1, 0], -Infinity]);
});
