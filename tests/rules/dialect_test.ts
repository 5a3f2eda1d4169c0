import { averagePooling } from "../../lib/layers/mod.ts";
import { normRule, propagate } from "../../lib/rules/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

Deno.test("ε of an average: LXT adds it to the sum of the terms, the others to the mean", () => {
  const point = { inputs: [tensor([[[1, 3]]])], relevance: tensor([[[30]]]) };
  const layer = averagePooling({ kernel: [2] });
  const lxt = propagate(layer, normRule({ dialect: "lxt", stabilizer: 1 }), point);
  assertClose(lxt.inputs[0], tensor([[[6, 18]]]), { relative: 1e-15 }); // 1 and 3 of 4 + 1
  assertClose(lxt.stabilizer!, tensor([[[6]]]), { relative: 1e-15 });
  const zennit = propagate(layer, normRule({ dialect: "zennit", stabilizer: 1 }), point);
  assertClose(zennit.inputs[0], tensor([[[5, 15]]]), { relative: 1e-15 }); // 1/2 and 3/2 of 2 + 1
  assertClose(zennit.stabilizer!, tensor([[[10]]]), { relative: 1e-15 });
});
