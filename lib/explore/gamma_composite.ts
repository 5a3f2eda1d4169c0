import { assign, byKind, type Composite, composite, type Network } from "../networks/mod.ts";
import { commonAssignments } from "../networks/presets.ts";
import { epsilonRule, gammaRule } from "../rules/mod.ts";

/**
 * The gamma rule on convolutions and the epsilon rule on dense layers; without convolutions, the gamma rule on all dense
 * layers but the last.
 */
export function gammaComposite(
  network: Network,
  { gamma, epsilon }: { gamma: number; epsilon: number },
): Composite {
  const kinds = network.nodes.map(({ layer }) => layer.kind);
  const last = network.nodes[kinds.lastIndexOf("dense")];
  const isGamma = byKind(kinds.includes("convolution") ? "convolution" : "dense");
  return composite(`gamma ${gamma}, epsilon ${epsilon}`, [
    assign(
      {
        description: isGamma.description,
        matches: (node, net) => node !== last && isGamma.matches(node, net),
      },
      gammaRule({ gamma }),
    ),
    assign(byKind("dense"), epsilonRule({ epsilon })),
    ...commonAssignments({}),
  ]);
}
