import { assertEquals } from "@std/assert";
import ndarray from "ndarray";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { buildNdarray } from "../support/build_ndarray.ts";
import { readText } from "../support/project_files.ts";

Deno.test("the bundle of ndarray is what its sources give", async () => {
  assertEquals(readText("lib/tensor/ndarray_bundle.js"), await buildNdarray());
});

Deno.test("a tensor is an array of npm:ndarray in everything but the module it comes from", () => {
  const ours = tensor([[1, 2, 3], [4, 5, 6]]), theirs = ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const look = (array: Tensor): unknown => ({
    properties: [
      array.dtype,
      array.size,
      array.order,
      array.dimension,
      array.shape,
      array.stride,
      array.offset,
    ],
    cells: [array.get(1, 2), array.index(1, 2), array.set(0, 1, 7), [...array.data]],
    views: [array.lo(1, 1), array.hi(1, 2), array.step(-1, 2), array.transpose(1, 0), array.pick(1, null)]
      .map(({ shape, stride, offset }) => ({ shape, stride, offset })),
  });
  assertEquals(look(ours), look(theirs));
});
