import { assertThrows } from "@std/assert";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { concatenate } from "../../lib/layers/mod.ts";
import { epsilonRule, propagate } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("a rule that needs a linear map says so on a layer that joins several inputs", () => {
  assertThrows(
    () =>
      propagate(concatenate({ axis: 1 }), epsilonRule(), {
        inputs: [tensor([[1]]), tensor([[2]])],
        relevance: tensor([[3, 4]]),
      }),
    UnsupportedLayerError,
    'Cannot propagate relevance through layer "concatenate" (concatenate): rule "epsilon" needs a linear map ' +
      "with one input, use gradientRule() for such a layer",
  );
});
