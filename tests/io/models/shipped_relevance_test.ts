import { fashionCnn, fashionVit, intentTransformer, readNpz } from "../../../lib/io/mod.ts";
import {
  type Composite,
  mergeBatchNorm,
  type Network,
  propagateRelevance,
} from "../../../lib/networks/mod.ts";
import { contiguous, tensor } from "../../../lib/tensor/mod.ts";
import { composites, fromEntry, TRANSFORMERS } from "../../peers/network_cases.ts";
import { assertClose } from "../../support/assert_close.ts";

const numbers = await readNpz(
  await Deno.readFile(new URL("../../fixtures/peers/shipped.npz", import.meta.url)),
);

const cases: [string, () => Promise<Network>, Record<string, Composite>][] = [
  ["fashionCnn", async () => mergeBatchNorm(await fashionCnn()), composites(0, 1)],
  ["fashionVit", async () => fromEntry(await fashionVit(), "placed"), TRANSFORMERS],
  ["intentTransformer", async () => fromEntry(await intentTransformer(), "N"), TRANSFORMERS],
];
for (const [kind, load, all] of cases) {
  for (const [name, composite] of Object.entries(all)) {
    Deno.test(`${kind}: ${name} on the same weights`, async () => {
      const [input, seed, expected] = ["input", "seed", name].map((part) => numbers.get(`${kind} ${part}`)!);
      const { input: relevance } = propagateRelevance(await load(), input, { composite, seed });
      const largest = contiguous(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assertClose(tensor(contiguous(relevance), expected.shape), expected, { absolute: 1e-12 * largest });
    });
  }
}
