import { assertEquals } from "@std/assert";
import * as layers from "../../lib/layers/mod.ts";
import * as networks from "../../lib/networks/mod.ts";
import * as rules from "../../lib/rules/mod.ts";
import { layerCases } from "../support/layer_cases.ts";
import { RULE_CASES } from "../support/rule_cases.ts";
import { GROUPS } from "../support/rule_table.ts";

const functions = (module: Record<string, unknown>): string[] =>
  Object.keys(module).filter((name) => typeof module[name] === "function");

Deno.test("every rule that is exported is among the cases of the property tests", async () => {
  const makers = functions(rules).filter((name) => name.endsWith("Rule"));
  const text = await Deno.readTextFile(new URL("../support/rule_cases.ts", import.meta.url));
  // These two make rules of others; checkRule() and its tests try them.
  const missing = makers.filter((name) =>
    !text.includes(`${name}(`) && !["defineRule", "customRule"].includes(name)
  );
  assertEquals(missing, []);
  assertEquals(Object.keys(RULE_CASES).length >= makers.length - 2, true);
});

Deno.test("every layer that is exported is among the cases of the property tests", () => {
  const kinds = new Set(layerCases().map(({ layer }) => layer.kind));
  // A lookup ends relevance, positions and masks of lengths are constants; the other two make no layer.
  const others = ["embedding", "positions", "lengthMask", "batchNormAffine", "causalMask"];
  assertEquals(functions(layers).filter((name) => !kinds.has(name)).sort(), others.sort());
  assertEquals(["lstm", "gru"].filter((name) => !(name in networks)), []); // in the properties of sequence networks
});

Deno.test("every layer that needs a rule has a column in the table of rules", () => {
  const columns = new Set(Object.values(GROUPS).flat());
  const without = layerCases().filter(({ layer }) => layer.family !== "routing" && !columns.has(layer.kind));
  assertEquals(without.map(({ layer }) => layer.kind), []);
});
