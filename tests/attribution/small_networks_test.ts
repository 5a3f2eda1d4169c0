import { assertEquals } from "@std/assert";
import { deepLift, explain, gradCam, windowOcclusion } from "../../lib/attribution/mod.ts";
import { averagePooling, dense, flatten, maxPooling } from "../../lib/layers/mod.ts";
import { sequential } from "../../lib/networks/mod.ts";
import { tensor } from "../../lib/tensor/mod.ts";

Deno.test("deepLift() lets the old winner of a window answer for what the new one lacks", () => {
  const network = sequential([maxPooling({ kernel: [2] }), flatten(), dense({ weights: tensor([[1]]) })]);
  const relevanceOf = (x: number[], reference: number[]): number[] => {
    const method = deepLift({ reference: tensor([reference]) });
    return [...explain(network, tensor([x]), { method, target: 0 }).relevance.data];
  };
  assertEquals(relevanceOf([1, 0], [0, 2]), [0, -1]); // from 2 to 1: the 2 went
  assertEquals(relevanceOf([3, 1], [0, 2]), [1, 0]); // from 2 to 3: the 3 came
});

Deno.test("gradCam() stretches a map in straight lines between the middles of its cells", () => {
  const network = sequential({
    pool: averagePooling({ kernel: [2, 2] }),
    flatten: flatten(),
    scores: dense({ weights: tensor([[1, 1]]) }),
  });
  const image = tensor([[[0, 0, 4, 4], [0, 0, 4, 4]]]);
  // The gradient of both cells, 0 and 4, is 1; columns 1 and 2 lie a quarter of a cell off the line between them.
  const { relevance } = explain(network, image, { method: gradCam({ layer: "pool" }), target: 0 });
  assertEquals([...relevance.data], [0, 1, 3, 4, 0, 1, 3, 4]);
});

Deno.test("windowOcclusion() covers the end of an axis that windows do not divide", () => {
  const network = sequential([dense({ weights: tensor([[1, 2, 4]]) })]);
  const { relevance } = explain(network, tensor([1, 1, 1]), { method: windowOcclusion({ window: [2] }) });
  assertEquals([...relevance.data], [3, 3, 4]);
});
