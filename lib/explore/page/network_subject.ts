import { explain } from "../../attribution/explain.ts";
import { lrp } from "../../attribution/lrp.ts";
import { gammaComposite } from "../gamma_composite.ts";
import { drawRelevance } from "../draw_relevance.ts";
import type { NetworkPayload } from "../payload.ts";
import { unpackTensor } from "../unpack_model.ts";
import { unpackNetwork } from "../unpack_network.ts";
import type { Subject } from "./subject.ts";

/** An image, or other numbers, in a network graph. */
export function networkSubject({ network: packed, input: packedInput, theme }: NetworkPayload): Subject {
  const network = unpackNetwork(packed);
  const input = unpackTensor(packedInput);
  return {
    labels: network.labels,
    controls: ["gamma", "epsilon"],
    explain: ({ gamma, epsilon, target }) =>
      explain(network, input, {
        method: lrp({ composite: gammaComposite(network, { gamma, epsilon }) }),
        target: target < 0 ? "predicted" : target,
      }),
    draw: (attribution) => drawRelevance(attribution, { input, theme }).svg,
  };
}
