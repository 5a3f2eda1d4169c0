import { batchNorm, dense, type Layer, sigmoid, softmax } from "../../../layers/mod.ts";
import { type Tensor, tensor } from "../../../tensor/mod.ts";
import type { Signal } from "./import_value.ts";
import type { NodeContext } from "./node_context.ts";
import type { Translation } from "./weighted_nodes.ts";

/** The number of features that a node reads. */
function featuresOf(context: NodeContext): number {
  const { shape } = context.signal(0);
  const size = shape.at(-1);
  if (shape.length === 2 && typeof size === "number") return size;
  throw context.fail(`it must read features of shape [N, E], got [${shape}]`);
}

/** `(x - offset) · scale` for each feature. */
const scaler: Translation = (context) => {
  const size = featuresOf(context);
  const perFeature = (name: string, otherwise: number): Tensor => {
    const list = context.floats(name) ?? [otherwise];
    if (list.length !== 1 && list.length !== size) {
      throw context.fail(`attribute ${JSON.stringify(name)} must hold ${size} numbers, got ${list.length}`);
    }
    return tensor(Float64Array.from({ length: size }, (_, i) => list[list.length === 1 ? 0 : i]!), [size]);
  };
  return context.add(
    batchNorm({
      weights: perFeature("scale", 1),
      runningMean: perFeature("offset", 0),
      runningVariance: tensor(new Float64Array(size).fill(1), [size]),
      epsilon: 0,
    }),
    context.signal(0),
  );
};

/** The rows of a linear model as a dense layer. */
function linear(context: NodeContext): Layer {
  const size = featuresOf(context);
  const coefficients = context.floats("coefficients") ?? [];
  const outputs = coefficients.length / size;
  if (!Number.isInteger(outputs) || outputs < 1) {
    throw context.fail(`coefficients must hold rows of ${size} numbers, got ${coefficients.length} numbers`);
  }
  const intercepts = context.floats("intercepts");
  return dense({
    weights: tensor(Float64Array.from(coefficients), [outputs, size]),
    bias: intercepts && tensor(Float64Array.from(intercepts), [outputs]),
  });
}

function withPost(context: NodeContext, posts: Readonly<Record<string, Layer>>): Signal {
  const post = context.text("post_transform", "NONE");
  if (post === "NONE") return context.add(linear(context), context.signal(0));
  const layer = posts[post];
  if (layer === undefined) {
    throw context.fail(`post_transform must be one of NONE, ${Object.keys(posts).join(", ")}, got ${post}`);
  }
  const scores = context.sink.add(`${context.label}.scores`, linear(context), [context.signal(0)]);
  return context.add(layer, scores);
}

/** Scores of classes; the label that has the largest is none that relevance could start from. */
const linearClassifier: Translation = (context) => {
  const [label] = context.node.outputs;
  if (label && context.sink.isRead(label)) {
    throw context.fail("its label must not be read, explain its scores instead");
  }
  const scores = withPost(context, { SOFTMAX: softmax({ axis: -1 }), LOGISTIC: sigmoid() });
  return [scores, scores];
};

/** The operators of scikit-learn's estimators, in the domain `ai.onnx.ml`. */
export const ESTIMATOR_NODES: Readonly<Record<string, Translation>> = {
  Scaler: scaler,
  LinearClassifier: linearClassifier,
  LinearRegressor: (context) => withPost(context, {}),
};
