import {
  deepLift,
  expectedGradients,
  explain,
  explainAll,
  gradCam,
  gradientTimesInput,
  gradientVariance,
  integratedGradients,
  type Method,
  smoothGradient,
  windowOcclusion,
} from "../../lib/attribution/mod.ts";
import { fashionCnn, fashionVit, intentTransformer } from "../../lib/io/mod.ts";
import { encoderBlock } from "../../lib/io/models/transformer_block.ts";
import {
  averagePooling,
  batchNorm,
  convolution,
  dense,
  flatten,
  maxPooling,
  relu,
  take,
} from "../../lib/layers/mod.ts";
import {
  assign,
  attnLrp,
  byFamily,
  type Composite,
  composite,
  cpLrp,
  deconvnet,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  excitationBackpropagation,
  gradient,
  guidedBackpropagation,
  mergeBatchNorm,
  Network,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
} from "../../lib/networks/mod.ts";
import { eagerOps as ops } from "../../lib/ops/mod.ts";
import { epsilonRule, passRule } from "../../lib/rules/mod.ts";
import { contiguous, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { largestError } from "../support/assert_close.ts";
import { branched } from "./branched.ts";
import { decoder } from "./decoder.ts";
import type { PeerCase, PeerFile } from "./peer_file.ts";

/** One method of a peer on one network. */
export interface Compared {
  readonly name: string;
  readonly difference: number;
}

/** The composites of zennit on images between two bounds. */
export function composites(low: number, high: number): Record<string, Composite> {
  return {
    "zennit EpsilonPlus": epsilonPlus(),
    "zennit EpsilonPlusFlat": epsilonPlusFlat(),
    "zennit EpsilonAlpha2Beta1": epsilonAlpha2Beta1(),
    "zennit EpsilonAlpha2Beta1Flat": epsilonAlpha2Beta1Flat(),
    "zennit EpsilonGammaBox": epsilonGammaBox({ low, high }),
  };
}
/** What captum's LRP gives to each layer when nothing is said; it starts with the score. */
const CAPTUM = composite("captum", [
  assign(byFamily("linear", "maxPooling"), epsilonRule({ dialect: "captum" })),
  assign(byFamily("activation"), passRule()),
]);
const UNMERGED: Record<string, Composite> = {
  "zennit EpsilonPlus, not merged": epsilonPlus(),
  "zennit GuidedBackprop": guidedBackpropagation(),
  "zennit Deconvnet": deconvnet(),
  "zennit ExcitationBackprop": excitationBackpropagation(),
  "captum Saliency": gradient(),
  "captum GuidedBackprop": guidedBackpropagation(),
};
/** The composites of LXT. */
export const TRANSFORMERS: Record<string, Composite> = { "lxt AttnLRP": attnLrp(), "lxt CP-LRP": cpLrp() };

const BRANCHED: Record<string, Composite> = {
  "zennit EpsilonPlus, branches": epsilonPlus(),
  "zennit EpsilonAlpha2Beta1, branches": epsilonAlpha2Beta1(),
  "zennit GuidedBackprop, branches": guidedBackpropagation(),
};

const DECODERS: Record<string, Composite> = Object.fromEntries(
  Object.entries(TRANSFORMERS).map(([name, composite]) => [`${name}, decoder`, composite]),
);

/** The methods of `explain()`. */
const methods = (channels: number, references: Tensor): Record<string, Method> => ({
  "captum IntegratedGradients": integratedGradients({ steps: 16 }),
  "captum GradientShap": expectedGradients({ references, samples: 8 }),
  "captum SmoothGrad": smoothGradient({ samples: 6 }),
  "captum VarGrad": gradientVariance({ samples: 6 }),
  "captum InputXGradient": gradientTimesInput(),
  "captum DeepLift, average pooling, from zero": deepLift(),
  "captum LayerGradCam": gradCam({ layer: "4", stretch: false }),
  "captum Occlusion": windowOcclusion({ window: [channels, 3, 3], stride: [channels, 2, 2] }),
});

function cnn(
  parameters: Record<string, Tensor>,
  options: Record<string, number>,
  first = maxPooling,
): Network {
  const of = (index: number): { weights: Tensor; bias: Tensor } => ({
    weights: parameters[`${index}.weight`],
    bias: parameters[`${index}.bias`],
  });
  return sequential([
    convolution({ ...of(0), padding: 1 }),
    batchNorm({
      ...of(1),
      runningMean: parameters["1.running_mean"],
      runningVariance: parameters["1.running_var"],
    }),
    relu(),
    first({ kernel: [2, 2] }),
    convolution({ ...of(4), padding: options.padding, stride: options.stride }),
    relu(),
    averagePooling({ kernel: [options.pool, options.pool] }),
    flatten(),
    dense(of(8)),
    relu(),
    dense(of(10)),
  ]);
}

function transformer(parameters: Record<string, Tensor>, options: Record<string, number>): Network {
  const tensors = new Map(Object.entries(parameters));
  const builder = networkBuilder();
  let value = builder.input("x");
  for (let k = 0; k < options.blocks; k++) {
    value = encoderBlock(builder, tensors, `B.${k}`, value, options.heads);
  }
  const first = builder.add("class", take({ axis: 1, index: 0 }), value);
  const head = dense({ weights: parameters["O.weight"], bias: parameters["O.bias"] });
  return builder.build(builder.add("O", head, first));
}

/** A shipped transformer without what stands before its first block: the same weights from there on. */
export function fromEntry(network: Network, entry: string): Network {
  const start = network.nodes.findIndex(({ name }) => name === entry);
  return new Network({ inputs: [entry], nodes: network.nodes.slice(start + 1), output: network.output });
}

/** The differences between the peers and us on one network. */
export async function networkCases(file: PeerFile, given: PeerCase): Promise<Compared[]> {
  const [input] = given.inputs.map((at) => file.array(at));
  const seed = file.array(given.seed!);
  const options = given.options as Record<string, number>;
  const found: Compared[] = [];
  const compare = (name: string, actual: Tensor): void => {
    const expected = file.array(given.expected[name][0]);
    found.push({
      name,
      difference: largestError(tensor(contiguous(actual), expected.shape), expected).scaled,
    });
  };
  const explainWith = (network: Network, all: Record<string, Composite>): void => {
    for (const [name, composite] of Object.entries(all)) {
      compare(name, propagateRelevance(network, input, { composite, seed }).input);
    }
  };
  if (given.kind === "cnn") {
    const network = cnn(file.named(given.parameters), options);
    compare("output", runNetwork(network, input).output);
    explainWith(mergeBatchNorm(network), composites(options.low, options.high));
    explainWith(network, UNMERGED);
    const scored = seedFor(runNetwork(network, input).output, { classes: options.target });
    compare("captum LRP", propagateRelevance(network, input, { composite: CAPTUM, seed: scored }).input);
    const baselines = file.array(given.inputs[1]);
    const row = (batch: Tensor, n: number): Tensor =>
      ops.reshape(ops.slice(batch, 0, n, n + 1), batch.shape.slice(1));
    const lifted = Array.from({ length: input.shape[0] }, (_, n) => {
      const method = deepLift({ reference: row(baselines, n) });
      return explain(network, row(input, n), { method, target: options.target }).relevance;
    });
    compare("captum DeepLift", stacked(lifted));
    const references = file.array(given.inputs[2]);
    for (const [name, method] of Object.entries(methods(input.shape[1], references))) {
      const explained = name.includes("average pooling")
        ? cnn(file.named(given.parameters), options, averagePooling)
        : network;
      // All examples in one batch, as the peer has them.
      const answers = await Array.fromAsync(explainAll(explained, input, { method, target: options.target }));
      compare(name, stacked(answers.map(({ attribution }) => attribution!.relevance)));
    }
  } else if (given.kind === "branched") {
    const network = branched(file.named(given.parameters), options);
    compare("output", runNetwork(network, input).output);
    explainWith(network, BRANCHED);
  } else if (given.kind === "transformer") {
    const network = transformer(file.named(given.parameters), options);
    compare("output", runNetwork(network, input).output);
    explainWith(network, TRANSFORMERS);
  } else if (given.kind === "decoder") {
    const [, steps, size] = input.shape;
    const network = decoder(file.named(given.parameters), {
      heads: options.heads,
      groups: options.groups,
      blocks: options.blocks,
      steps,
      size,
    });
    compare("output", runNetwork(network, input).output);
    explainWith(network, DECODERS);
  } else if (given.kind === "fashionCnn") {
    explainWith(mergeBatchNorm(await fashionCnn()), composites(0, 1));
  } else if (given.kind === "fashionVit") {
    explainWith(fromEntry(await fashionVit(), "placed"), TRANSFORMERS);
  } else explainWith(fromEntry(await intentTransformer(), "N"), TRANSFORMERS);
  return found.map(({ name, difference }) => ({
    name: given.group === "shipped" ? `${given.kind}: ${name}` : name,
    difference,
  }));
}

const stacked = (examples: readonly Tensor[]): Tensor =>
  ops.concatenate(examples.map((x) => ops.reshape(x, [1, ...x.shape])), 0);
