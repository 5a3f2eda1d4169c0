import { assert, assertEquals } from "@std/assert";
import { compile } from "../../../lib/compiler/mod.ts";
import type { EngineName } from "../../../lib/runtime/mod.ts";
import { networkCases } from "../../compiler/networks.ts";
import type { EngineLoader } from "../../support/onnxruntime.ts";

/** Asserts that an engine gives the numbers of the reference engine for every test network and composite. */
export async function assertEngineAgrees(engine: EngineName, load: EngineLoader): Promise<void> {
  for (const { network, composites, shape, inputs } of networkCases()) {
    for (const composite of composites) {
      await using model = await load(compile(network, { composite, shape }).model);
      assertEquals(model.engine, { name: engine, version: "1.30.0", threads: 1, precision: "float32" });
      for (const input of inputs) {
        const { verification, relevance } = await model.explain(input, { verify: true });
        assertEquals(relevance.shape, input.shape);
        // What float32 makes of denominators near 0; most are near 1e-6.
        assert(verification!.largest < 2e-3, `${composite.name}: ${JSON.stringify(verification)}`);
      }
    }
  }
}
