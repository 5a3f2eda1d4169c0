import { fashionCnn, fashionSamples, fashionVit, intentTransformer, readNpz } from "../../../lib/io/mod.ts";
import { mergeBatchNorm, runNetwork } from "../../../lib/networks/mod.ts";
import { assertClose } from "../../support/assert_close.ts";

const logits = await readNpz(
  await Deno.readFile(new URL("../../fixtures/models/logits.npz", import.meta.url)),
);

Deno.test("the shipped convolutional net gives PyTorch's scores, with its batch normalization merged too", async () => {
  const network = await fashionCnn();
  const samples = await fashionSamples();
  const expected = logits.get("fashion_cnn")!;
  assertClose(runNetwork(network, samples).output, expected, { absolute: 1e-5, relative: 1e-5 });
  assertClose(runNetwork(mergeBatchNorm(network), samples).output, expected, {
    absolute: 1e-5,
    relative: 1e-5,
  });
});

Deno.test("the shipped vision transformer gives PyTorch's scores", async () => {
  const { output } = runNetwork(await fashionVit(), await fashionSamples());
  assertClose(output, logits.get("fashion_vit")!, { absolute: 1e-5, relative: 1e-5 });
});

Deno.test("the shipped text transformer gives PyTorch's scores", async () => {
  const { output } = runNetwork(await intentTransformer(), logits.get("snips_minibert_ids")!);
  assertClose(output, logits.get("snips_minibert")!, { absolute: 1e-5, relative: 1e-5 });
});
