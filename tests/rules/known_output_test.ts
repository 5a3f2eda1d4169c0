import { assertEquals } from "@std/assert";
import { dense } from "../../lib/layers/mod.ts";
import { eagerOps, type Ops } from "../../lib/ops/mod.ts";
import { epsilonRule, gammaRule, type Rule, ruleContext } from "../../lib/rules/mod.ts";
import { type Tensor, tensor } from "../../lib/tensor/mod.ts";

/** How many matrix products a rule needs on a dense layer. */
function products(rule: Rule): number {
  let count = 0;
  const ops: Ops<Tensor> = { ...eagerOps, matmul: (a, b) => (count++, eagerOps.matmul(a, b)) };
  const definition = dense({ weights: tensor([[3, 4]]), bias: tensor([1]) });
  const inputs = [tensor([[1, 2]])];
  const output = tensor([[12]]); // 3 + 8 + 1
  rule.propagate(
    ruleContext(ops, { name: "scores", definition, rule: rule.name, inputs, output, relevance: output }),
  );
  return count;
}

Deno.test("a rule that shares the output takes it as it is, and does not compute it again", () => {
  assertEquals(products(epsilonRule()), 1); // back to the input
  // What another rule shares is not the output: without the bias, or under other weights.
  assertEquals(products(epsilonRule({ bias: "ignore" })), 2);
  assertEquals(products(gammaRule()) > 2, true);
});
