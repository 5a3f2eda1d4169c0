import { assertEquals } from "@std/assert";
import { explain, gradientTimesInput, lrp, sensitivity } from "../../lib/attribution/mod.ts";
import { loadArrasModel, loadTorchModel, readNpz, writeNpy } from "../../lib/io/mod.ts";
import { colorScale, symmetricLimit } from "../../lib/plot/mod.ts";
import { exactSum } from "../../lib/statistics.ts";
import { contiguous, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { checkOracle, type OracleErrors } from "../support/lstm_oracle.ts";
import { sharedTest } from "../support/shared.ts";

/** Says what was measured: the tolerances are the oracle's, the figures are ours. */
function report(name: string, { sentences, scores, gradient, relevance }: OracleErrors): void {
  const largest = Math.max(...Object.values(relevance));
  // deno-lint-ignore no-console
  console.log(
    `${name}: ${sentences} sentences, largest errors: scores ${scores.toExponential(1)} absolute, ` +
      `gradient ${gradient.toExponential(1)}, relevance ${largest.toExponential(1)} relative`,
  );
}

sharedTest(
  "the oracle of a larger random net is met, loaded from its folder",
  ["oracle/arch_e32_d48_C2_model", "oracle/arch_e32_d48_C2.npz", "oracle/arch_e32_d48_C2.json"],
  async ([folder, arrays, index]) => {
    const errors = await checkOracle(await loadArrasModel(folder!), arrays!, index!);
    assertEquals(errors.sentences, 25);
    report("arch_e32_d48_C2", errors);
  },
);

sharedTest(
  "the oracle of the trained intent model is met by its folder and by its safetensors file",
  [
    "models/snips_bilstm/arras_format",
    "models/snips_bilstm/model.safetensors",
    "oracle/snips_bilstm.npz",
    "oracle/snips_bilstm.json",
  ],
  async ([folder, weights, arrays, index]) => {
    for (
      const [name, model] of Object.entries({
        "snips_bilstm, Arras layout": await loadArrasModel(folder!),
        "snips_bilstm, safetensors": await loadTorchModel(weights!),
      })
    ) {
      const errors = await checkOracle(model, arrays!, index!);
      assertEquals(errors.sentences, 30);
      report(name, errors);
    }
  },
);

for (const [name, sentences] of [["lstm_sst_small", 12], ["lstm_sst", 60]] as const) {
  sharedTest(
    `the oracle of the published sentiment model is met: ${name}`,
    ["models/arras_sst", `oracle/${name}.npz`, `oracle/${name}.json`],
    async ([folder, arrays, index]) => {
      const oracle = await readNpz(await Deno.readFile(arrays!));
      const rows = oracle.get("emb_rows")!, ids = oracle.get("emb_ids")!;
      const embeddings = tensor(new Float64Array(19538 * 60), [19538, 60]);
      for (let i = 0; i < ids.shape[0]!; i++) {
        for (let k = 0; k < 60; k++) embeddings.set(ids.get(i), k, rows.get(i, k));
      }
      const file = await Deno.makeTempFile({ suffix: ".npy" });
      await Deno.writeFile(file, writeNpy(embeddings));
      const model = await loadArrasModel(folder!, { embeddings: file });
      await Deno.remove(file);
      const errors = await checkOracle(model, arrays!, index!);
      assertEquals(errors.sentences, sentences);
      report(name, errors);
    },
  );
}

sharedTest(
  "the published example comes out: scores, relevance, gradients and all 24 colors",
  [
    "models/arras_sst",
    "models/arras_sst/published/sentence_291.npz",
    "models/arras_sst/published/sentence_291.json",
  ],
  async ([folder, arraysPath, indexPath]) => {
    const arrays = await readNpz(await Deno.readFile(arraysPath!));
    const { words, published } = JSON.parse(await Deno.readTextFile(indexPath!));
    const embeddings = `${folder}/embeddings_relearned.npy`; // not read: the example brings its own vectors
    const model = await loadArrasModel(folder!, { embeddings });
    const input = { values: arrays.get("x")!, tokens: words };
    const answers = {
      LRP: explain(model, input, { method: lrp({ epsilon: published.eps }) }),
      SA: explain(model, input, { method: sensitivity() }),
      GI: explain(model, input, { method: gradientTimesInput() }),
    };
    assertEquals(answers.LRP.target.class, published.target_class);
    assertClose(answers.LRP.scores, published.scores, { absolute: 1e-8 });
    const rounded = (values: Float64Array): number[] =>
      Array.from(values, (value) => Number(value.toFixed(2)));
    assertEquals(rounded(answers.LRP.tokenRelevance), published.R_words_2dec);
    assertEquals(rounded(answers.SA.tokenRelevance), published.SA_2dec);
    assertEquals(rounded(answers.GI.tokenRelevance), published.GI_2dec);
    let colors = 0;
    for (const [name, { tokenRelevance }] of Object.entries(answers)) {
      const scale = colorScale(symmetricLimit(tokenRelevance), "bwr");
      assertEquals(Array.from(tokenRelevance, scale.color), published[`heatmap_${name}`], name);
      colors += tokenRelevance.length;
    }
    assertEquals(colors, 24);
    const conserved = explain(model, input, { method: lrp({ epsilon: published.eps, biasFactor: 1 }) });
    const total = exactSum(conserved.relevance.data) + conserved.rest;
    // The vectors were printed to 8 decimals, so the score is theirs to 1e-8.
    assertClose(total, published.R_total_bias_factor_1, { absolute: 1e-8 });
    assertClose(total, conserved.score, { absolute: 1e-12 });
    for (const [key, part] of Object.entries({ Rx: "forward", Rx_rev: "reverse" } as const)) {
      const expected = contiguous(arrays.get(`${key}__bf1`)!);
      const largest = Math.max(...expected.map(Math.abs));
      assertClose(conserved.directions![part].data, expected, { absolute: 1e-10 * largest });
    }
  },
);
