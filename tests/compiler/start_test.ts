import { assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { readOnnx, writeOnnx } from "../../lib/io/mod.ts";
import { dense } from "../../lib/layers/mod.ts";
import { epsilonPlus, sequential } from "../../lib/networks/mod.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";

const network = sequential([dense({ weights: tensor([[1, 2]]), bias: tensor([3]) })]);

// The score is 1 + 2 + 3 = 6: shares 1/6 and 2/6 of what it starts with.
for (
  const [dialect, start, expected] of [
    ["zennit", undefined, [1 / 6, 2 / 6]],
    ["zennit", "score", [1, 2]],
    ["captum", undefined, [1, 2]],
    [undefined, undefined, [1, 2]],
    [undefined, "one", [1 / 6, 2 / 6]],
  ] as const
) {
  Deno.test(`compile() under dialect ${dialect} with start ${start}`, async () => {
    const { model } = compile(network, {
      composite: epsilonPlus({ dialect, epsilon: 0 }),
      shape: ["N", 2],
      start,
    });
    await using loaded = await loadRelevanceModel(readOnnx(writeOnnx(model)), { engine: "reference" });
    const { relevance } = await loaded.explain(tensor([[1, 1]]));
    assertEquals(relevance.shape, [1, 2]);
    assertClose(tensor(contiguous(relevance)), tensor([...expected]), { relative: 1e-6 });
  });
}
