import { assertEquals } from "@std/assert";
import { batchNormParameters, layerParameters } from "../../../lib/io/mod.ts";
import { tensor } from "../../../lib/tensor/mod.ts";
import { assertMessage } from "../../support/assert_message.ts";

const tensors = new Map(
  ["a.weight", "a.bias", "b.weight", "n.weight", "n.running_mean", "n.running_var"].map((name, i) => [
    name,
    tensor([i]),
  ]),
);

Deno.test("layerParameters() and batchNormParameters() find PyTorch's names", () => {
  assertEquals(layerParameters(tensors, "a").bias?.get(0), 1);
  assertEquals(layerParameters(tensors, "b").bias, undefined);
  const { runningMean, runningVariance } = batchNormParameters(tensors, "n");
  assertEquals([runningMean.get(0), runningVariance.get(0)], [4, 5]);
});

Deno.test("a tensor that is not there is named, with those that are", () => {
  assertMessage(
    () => layerParameters(tensors, "c"),
    RangeError,
    'Cannot find tensor "c.weight": the file has a.weight, a.bias, b.weight, n.weight, n.running_mean and 1 more',
  );
  assertMessage(
    () => batchNormParameters(tensors, "a"),
    RangeError,
    'Cannot find tensor "a.running_mean": the file has a.weight, a.bias, b.weight, n.weight, n.running_mean and 1 more',
  );
});
