import { assert, assertEquals } from "@std/assert";
import { UnsupportedLayerError } from "../../lib/errors.ts";
import { checkRule } from "../../lib/networks/mod.ts";
import {
  alphaBetaRule,
  customRule,
  epsilonRule,
  gammaRule,
  softmaxRule,
  zPlusRule,
} from "../../lib/rules/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const LAWS = [
  "gives the shapes of the inputs",
  "gives finite numbers",
  "conserves with bias",
  "conserves without bias",
  "accounts for what does not arrive",
  "linear in the relevance",
  "treats each example alone",
  "keeps the sign of relevance",
  "agrees with a known rule",
];

Deno.test("checkRule() finds what known rules keep", () => {
  const broken = (rule: Parameters<typeof checkRule>[0]): string[] =>
    LAWS.filter((law) => !checkRule(rule).keeps(law));
  assertEquals(broken(epsilonRule()), ["conserves with bias", "keeps the sign of relevance"]);
  assertEquals(broken(epsilonRule({ biasFactor: 1 })), [
    "keeps the sign of relevance",
    "agrees with a known rule",
  ]);
  // An output without positive contributions has nobody to give its relevance to.
  assertEquals(broken(zPlusRule()), ["conserves with bias", "conserves without bias"]);
  assertEquals(broken(softmaxRule()), [
    "conserves with bias",
    "conserves without bias",
    "accounts for what does not arrive",
    "keeps the sign of relevance",
    "agrees with a known rule",
  ]);
  const detail = checkRule(gammaRule({ gamma: 0 })).findings.at(-1)!.detail;
  assertEquals(detail, "epsilon");
  assertEquals(checkRule(alphaBetaRule({ alpha: 1, beta: 0 })).findings.at(-1)!.detail, "z-plus");
});

Deno.test("checkRule() finds what is wrong with a rule of one's own", () => {
  const infinite = customRule("infinite", ({ ops, input }) => ops.divide(input, 0));
  assertEquals(checkRule(infinite).keeps("gives finite numbers"), false);
  const squared = customRule(
    "squared",
    ({ ops, input, layer, relevance }) =>
      ops.multiply(input, layer.pullback(ops.multiply(relevance, relevance))),
  );
  assertEquals(checkRule(squared).keeps("linear in the relevance"), false);
  const mixed = customRule(
    "mixed",
    ({ ops, input, layer, relevance }) =>
      ops.multiply(input, layer.pullback(ops.subtract(relevance, ops.mean(relevance, [0])))),
  );
  assertEquals(checkRule(mixed).keeps("treats each example alone"), false);
  const turned = customRule("turned", ({ ops, input }) => ops.reshape(input, [-1]));
  const report = checkRule(turned);
  assertEquals(report.keeps("gives the shapes of the inputs"), false);
  assertEquals(
    report.findings[0].detail,
    'Cannot propagate relevance through layer "dense" (dense): rule "turned" must give shape [2, 5], got [10]',
  );
  assert(`${report}`.startsWith('rule "turned" on dense'));
  const bundle = (report as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]();
  assert(bundle["text/html"].startsWith("<table>"));
  const nowhere = customRule("nowhere", ({ relevance }) => relevance, { families: ["recurrent"] });
  assertMessage(
    () => checkRule(nowhere),
    UnsupportedLayerError,
    'Cannot check rule "nowhere": it must be defined on a layer, got none of dense, convolution, averagePooling, add, maxPooling, relu, gelu, layerNorm, softmax, multiply, matmul',
  );
});
