import { assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { gelu } from "../../lib/layers/mod.ts";
import { attnLrp, sequential } from "../../lib/networks/mod.ts";

Deno.test("GELU is written as ONNX Runtime knows it, which makes one operator of it", () => {
  const { model } = compile(sequential([gelu()]), { composite: attnLrp(), shape: ["N", 4] });
  const { nodes } = model.graph;
  const [half, scaled, erf, shifted, product] = nodes;
  assertEquals(
    [half, scaled, erf, shifted, product].map((node) => node!.operator),
    ["Mul", "Div", "Erf", "Add", "Mul"],
  );
  // 0.5 x · (1 + erf(x / √2)), whose parts nothing else reads.
  assertEquals(product!.inputs.toSorted(), [half!.outputs[0]!, shifted!.outputs[0]!].toSorted());
  for (const part of [half, scaled, erf, shifted]) {
    assertEquals(nodes.filter(({ inputs }) => inputs.includes(part!.outputs[0]!)).length, 1);
  }
});
