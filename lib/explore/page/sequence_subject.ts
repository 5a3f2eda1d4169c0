import { explain } from "../../attribution/explain.ts";
import { lrp } from "../../attribution/lrp.ts";
import { wordHeatmap } from "../../plot/word_heatmap.ts";
import type { SequencePayload } from "../payload.ts";
import { unpackModel, unpackTensor } from "../unpack_model.ts";
import type { Subject } from "./subject.ts";

/** A sentence in a recurrent net. */
export function sequenceSubject(
  { model: packed, tokens, values: packedValues, theme }: SequencePayload,
): Subject {
  const model = unpackModel(packed);
  const values = packedValues === undefined ? undefined : unpackTensor(packedValues);
  return {
    labels: model.labels,
    controls: ["epsilon", "biasFactor", "productRule"],
    ...values === undefined && { text: tokens.join(" ") },
    explain: ({ epsilon, biasFactor, productRule, target }, text) =>
      explain(model, values === undefined ? text : { values, tokens }, {
        method: lrp({ epsilon, biasFactor, productRule }),
        target: target < 0 ? "predicted" : target,
      }),
    draw: ({ tokens, tokenRelevance, target }) =>
      wordHeatmap(tokens, tokenRelevance, { title: `What speaks for ${target.name}`, theme, width: 676 }).svg,
  };
}
