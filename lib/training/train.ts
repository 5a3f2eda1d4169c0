import { NumericalError } from "../errors.ts";
import { LONG_WORK_OPTIONS, longWork, type LongWorkOptions } from "../long_work.ts";
import { requireOptions } from "../options.ts";
import { randomGenerator } from "../random.ts";
import { type LossName, lossOf, requireTargets } from "./loss.ts";
import type { Dropout, Example } from "./network_description.ts";
import { type OptimizerOptions, optimizerStep } from "./optimizer.ts";
import { type TrainableNetwork, wire } from "./trainable_network.ts";

/** How {@linkcode train} trains; plain data, so that it can be sent to a worker. */
export interface TrainOptions {
  /** What is made small. */
  readonly loss: LossName;
  /** How parameters follow the gradient. */
  readonly optimizer: OptimizerOptions;
  /** The most passes over the data. */
  readonly epochs: number;
  /** Examples per step of the optimizer. Default 32. */
  readonly batchSize?: number;
  /** Seed of the order of the examples and of dropout. Default 0. */
  readonly seed?: number;
  /** Probability with which inputs, and units below the output, are left out in a step. Default 0. */
  readonly dropout?: number;
  /** Ends training once the validation loss is below this number. */
  readonly stopBelow?: number;
  /** Ends training after so many epochs without a better validation loss, and goes back to the best parameters. */
  readonly patience?: number;
  /** Ends training as hopeless where the validation loss is above a number after so many epochs. */
  readonly giveUp?: { readonly after: number; readonly above: number };
}

/** One pass over the data. */
export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean loss over the examples while parameters changed. */
  readonly trainingLoss: number;
  /** Mean loss over the validation examples after the pass, where there are any. */
  readonly validationLoss: number | undefined;
}

/** How a training went. */
export interface TrainResult {
  /** One report per epoch. */
  readonly history: readonly EpochReport[];
  /** Why it ended. */
  readonly stopped: "epochs" | "below" | "patience" | "hopeless";
}

/** What a network learns from, and what it is judged by on the way. */
export interface TrainingData {
  /** The examples it learns from. */
  readonly training: readonly Example[];
  /** The examples by which training is stopped. */
  readonly validation?: readonly Example[];
}

/** What {@linkcode train} takes beside {@linkcode TrainOptions}. */
export interface TrainCallOptions extends TrainOptions, LongWorkOptions {
  /** Is told of every epoch. */
  readonly onEpoch?: (report: EpochReport) => void;
}

const KNOWN: readonly string[] = [
  ...["loss", "optimizer", "epochs", "batchSize", "seed", "dropout", "stopBelow", "patience", "giveUp"],
  ...["onEpoch", ...LONG_WORK_OPTIONS],
];

/**
 * Trains a network in place with exact gradients: the same seed gives the same parameters.
 *
 * Progress is counted in training examples, of all epochs together. A network whose training is stopped by a signal stays
 * as the last step left it.
 *
 * @param options Loss, optimizer, and when to stop.
 * @throws {TypeError} If an option is misspelt or missing.
 * @throws {RangeError} If an option is out of range, or an example does not fit the network.
 * @throws {NumericalError} If the loss becomes NaN or infinite.
 *
 * @example A line through two points
 * ```ts
 * import { createNetwork, predict, train } from "@relprop/lrp/training";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const network = createNetwork({ kind: "dense", inputSize: 1, hiddenSizes: [], outputs: 1 }, { seed: 1 });
 * const training = [[0, 1], [2, 5]].map(([x, y]) => ({ values: Float64Array.of(x!), target: Float64Array.of(y!) }));
 * const optimizer = { name: "adam", learningRate: 0.05 } as const;
 * await train(network, { training }, { loss: "squaredError", optimizer, epochs: 500, batchSize: 2 });
 * assertAlmostEquals(predict(network, { values: Float64Array.of(1) })[0]!, 3, 1e-3);
 * ```
 */
export async function train(
  network: TrainableNetwork,
  { training, validation }: TrainingData,
  options: TrainCallOptions,
): Promise<TrainResult> {
  requireOptions(options, { action: "train", known: KNOWN, required: ["loss", "optimizer", "epochs"] });
  const { loss, optimizer, epochs, batchSize = 32, seed = 0, dropout = 0, stopBelow, patience, giveUp } =
    options;
  const positive = (value: number, what: string): void => {
    if (Number.isInteger(value) && value > 0) return;
    throw new RangeError(`Cannot train: ${what} must be a positive integer, got ${value}`);
  };
  positive(epochs, "epochs");
  positive(batchSize, "batchSize");
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(`Cannot train: dropout must be from 0 to below 1, got ${dropout}`);
  }
  if (training.length === 0) throw new RangeError("Cannot train: at least one example is required, got none");
  if (!validation && (stopBelow !== undefined || patience !== undefined || giveUp)) {
    throw new RangeError("Cannot train: stopping early needs validation examples, got none");
  }
  const examples = [...training, ...validation ?? []];
  requireTargets(loss, examples.map(({ target }) => target), network.description.outputs);
  const wiring = wire(network.description, examples);
  const theta = network.parameters;
  const random = randomGenerator(seed);
  const drop: Dropout | undefined = dropout > 0
    ? { rate: dropout, uniform: () => random.uniform() }
    : undefined;
  const gradient = new Float64Array(theta.length), ofScores = new Float64Array(network.description.outputs);
  const step = optimizerStep(optimizer, theta.length);
  const history: EpochReport[] = [];
  let best: { loss: number; epoch: number; parameters: Float64Array } = {
    loss: Infinity,
    epoch: 0,
    parameters: theta.slice(),
  };
  /** Learns from one batch; the sum of its losses. */
  const learn = (batch: readonly number[]): number => {
    let total = 0;
    gradient.fill(0);
    for (const example of batch) {
      const scores = wiring.forward(theta, example, drop);
      total += lossOf(loss, scores, { target: wiring.target(example), ofScores });
      for (let k = 0; k < ofScores.length; k++) ofScores[k] = ofScores[k]! / batch.length;
      wiring.backward(theta, ofScores, gradient);
    }
    step(theta, gradient);
    return total;
  };
  const judge = (example: number): number =>
    lossOf(loss, wiring.forward(theta, example), { target: wiring.target(example), ofScores });
  /** Why training ends with an epoch, if it does. */
  const reasonToStop = ({ epoch, validationLoss }: EpochReport): TrainResult["stopped"] | undefined => {
    if (validationLoss !== undefined) {
      if (validationLoss < best.loss) {
        best = { loss: validationLoss, epoch, parameters: patience === undefined ? theta : theta.slice() };
      }
      if (stopBelow !== undefined && validationLoss < stopBelow) return "below";
      if (patience !== undefined && epoch - best.epoch >= patience) return "patience";
      if (giveUp && epoch >= giveUp.after && validationLoss > giveUp.above) return "hopeless";
    }
    return epoch === epochs ? "epochs" : undefined;
  };
  return await longWork(async ({ pause }) => {
    const all = epochs * training.length;
    for (let epoch = 1;; epoch++) {
      const order = random.permutation(training.length), before = (epoch - 1) * training.length;
      let total = 0;
      for (let start = 0; start < order.length; start += batchSize) {
        total += learn(order.slice(start, start + batchSize));
        await pause(before + Math.min(order.length, start + batchSize), all);
      }
      const trainingLoss = requireFiniteLoss(total / training.length, epoch);
      let validationLoss: number | undefined;
      if (validation) {
        validationLoss = 0;
        for (let i = 0; i < validation.length; i++) {
          validationLoss += judge(training.length + i);
          if (i % batchSize === 0) await pause(before + training.length, all);
        }
        validationLoss /= validation.length;
      }
      const report = Object.freeze({ epoch, trainingLoss, validationLoss });
      history.push(report);
      options.onEpoch?.(report);
      const stopped = reasonToStop(report);
      if (stopped === undefined) continue;
      if (patience !== undefined) theta.set(best.parameters);
      await pause(epoch * training.length, epoch * training.length);
      return { history, stopped };
    }
  }, options);
}

function requireFiniteLoss(loss: number, epoch: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new NumericalError(`Cannot train: the loss must be finite, got ${loss} in epoch ${epoch}`, {
    where: "loss",
    index: [epoch],
    value: loss,
  });
}
