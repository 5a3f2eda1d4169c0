import { assertEquals } from "@std/assert";
import { NumericalError, ShapeError } from "../../lib/errors.ts";
import {
  batchNorm,
  dense,
  embedding,
  meanPooling,
  multiply,
  positions,
  relu,
  softmax,
  transposedConvolution,
} from "../../lib/layers/mod.ts";
import {
  assign,
  byKind,
  byName,
  composite,
  epsilonPlus,
  gradient,
  lstm,
  mergeBatchNorm,
  networkBuilder,
  propagateRelevance,
  runNetwork,
  seedFor,
  sequential,
  unrolledLstm,
  unrollRecurrence,
} from "../../lib/networks/mod.ts";
import { zeroRule } from "../../lib/rules/mod.ts";
import { contiguous, tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const network = sequential({
  hidden: dense({ weights: tensor([[1, -1], [2, 1]]) }),
  relu: relu(),
  scores: dense({ weights: tensor([[1, 2]]) }),
});

Deno.test("layers read as many values as they take", () => {
  const builder = networkBuilder();
  const x = builder.input("x");
  builder.add("product", multiply(), x, x, x);
  assertMessage(
    () => builder.build("product"),
    RangeError,
    'Cannot make a network: layer "product" (multiply) must read 2 values, got 3',
  );
  for (const count of [0, 2]) {
    const wrong = networkBuilder();
    const y = wrong.input("y");
    wrong.add("dense", dense({ weights: tensor([[1]]) }), ...new Array<string>(count).fill(y));
    assertMessage(
      () => wrong.build("dense"),
      RangeError,
      `Cannot make a network: layer "dense" (dense) must read 1 value, got ${count}`,
    );
  }
  const many = networkBuilder();
  const z = many.input("z");
  many.add("softmax", softmax(), z, z, z);
  assertMessage(
    () => many.build("softmax"),
    RangeError,
    'Cannot make a network: layer "softmax" (softmax) must read 1 to 2 values, got 3',
  );
});

Deno.test("constants are finite", () => {
  const builder = networkBuilder();
  builder.input("x");
  builder.constant("c", tensor([[0, -Infinity]]));
  assertMessage(
    () => builder.build(builder.add("relu", relu(), "c")),
    NumericalError,
    'Cannot make a network: constant "c" must be finite, got -Infinity at [0, 1]',
  );
});

Deno.test("runs take ndarrays for inputs and layers, and name the layer that cannot take a value", () => {
  assertMessage(
    () => runNetwork(network, [[1, 2]] as never),
    TypeError,
    "Cannot run the network: its input must be an ndarray, or ndarrays by name, got a list",
  );
  assertMessage(
    () => runNetwork(network, undefined as never),
    TypeError,
    "Cannot run the network: its input must be an ndarray, or ndarrays by name, got undefined",
  );
  assertMessage(
    () => runNetwork(network, { input: tensor([[1, 2]]), hiden: tensor([[9, 9]]) }),
    RangeError,
    'Cannot run the network: a value must be given for an input or a layer, got one for "hiden"',
  );
  const texts = sequential({ words: embedding({ weights: zeros([3, 2]) }), mean: meanPooling({ axis: 1 }) });
  assertMessage(
    () => runNetwork(texts, tensor([[1, 99999]])),
    RangeError,
    'Cannot run layer "words" (embedding): Cannot look up row 99999: the table has 3 rows, numbered 0 to 2',
  );
  assertMessage(
    () => runNetwork(texts, zeros([1, 0])),
    RangeError,
    'Cannot run layer "mean" (meanPooling): Cannot average over an axis: axis 1 must have at least one place, ' +
      "got shape [1, 0, 2]",
  );
  assertMessage(
    () => runNetwork(sequential({ places: positions({ weights: zeros([2, 1]) }) }), zeros([1, 3])),
    RangeError,
    'Cannot run layer "places" (positions): Cannot slice axis 1 of [1, 2, 1]: 0 <= start < end <= 2 is required, ' +
      "got start 0 and end 3",
  );
});

Deno.test("byName() finds with a pattern that remembers where it was", () => {
  const three = sequential({ r1: relu(), r2: relu(), r3: relu() });
  const matcher = byName(/r\d/g);
  assertEquals(three.nodes.map((node) => matcher.matches(node, three)), [true, true, true]);
});

Deno.test("an unrolled recurrence reads all of its steps or says so", () => {
  const layer = lstm({ forward: { inputWeights: zeros([4, 1]), recurrentWeights: zeros([4, 1]) } });
  const recurrent = sequential({ l: layer });
  const unrolled = unrollRecurrence(recurrent, { steps: 2 });
  assertEquals(runNetwork(unrolled, zeros([1, 2, 1])).output.shape, [1, 2, 1]);
  for (const steps of [1, 5]) {
    assertMessage(
      () => runNetwork(unrolled, zeros([1, steps, 1])),
      ShapeError,
      'Cannot run layer "l.forward.0.input" (take): Cannot read a step: the sequence must have the 2 steps that it ' +
        `is unrolled for, got shape [1, ${steps}, 1]`,
    );
  }
  assertMessage(
    () => unrollRecurrence(recurrent, { step: 2 } as never),
    TypeError,
    'Cannot unroll a recurrence: options must be among steps, got "step"',
  );
  for (const steps of [0, 2.5]) {
    assertMessage(
      () => unrollRecurrence(recurrent, { steps }),
      RangeError,
      `Cannot unroll a recurrence: steps must be a whole number >= 1, got ${steps}`,
    );
  }
  const builder = networkBuilder();
  assertMessage(
    () =>
      unrolledLstm(builder, "l", builder.input("x"), {
        forward: { inputWeights: zeros([4, 1]), recurrentWeights: zeros([4, 1]) },
        steps: NaN,
      }),
    RangeError,
    "Cannot unroll an LSTM: steps must be a whole number >= 1, got NaN",
  );
});

Deno.test("a merged dense layer gives what it gave, or says that it cannot", () => {
  const norm = (channels: number): ReturnType<typeof batchNorm> =>
    batchNorm({
      runningMean: zeros([channels]),
      runningVariance: tensor(Array.from({ length: channels }, (_, c) => (c + 1) ** 2), [channels]),
      epsilon: 0,
    });
  const weights = tensor([[1, 0], [0, 1]]);
  const merged = mergeBatchNorm(sequential({ dense: dense({ weights }), norm: norm(2) }));
  assertEquals(merged.nodes.map(({ name }) => name), ["dense"]);
  assertEquals([...runNetwork(merged, tensor([[4, 4]])).output.data], [4, 2]); // deviations 1 and 2
  assertMessage(
    () => runNetwork(merged, zeros([1, 2, 2])),
    ShapeError,
    'Cannot run layer "dense" (dense): Cannot run a dense layer with a merged batch normalization: its input must ' +
      "have shape [N, 2], got [1, 2, 2]; leave the normalization as it is",
  );
  // Three tokens of two numbers: the normalization goes over the tokens and stays.
  const tokens = sequential({ dense: dense({ weights }), norm: norm(3) });
  const same = mergeBatchNorm(tokens);
  const x = tensor([[[6, 6], [6, 6], [6, 6]]]);
  assertEquals(same.nodes.map(({ name }) => name), ["dense", "norm"]);
  assertEquals([...contiguous(runNetwork(same, x).output)], [6, 6, 3, 3, 2, 2]);
});

Deno.test("masks stretch to their value, not the value to them", () => {
  const options = { composite: epsilonPlus(), seed: tensor([[1]]) };
  assertMessage(
    () =>
      propagateRelevance(network, tensor([[2, 1]]), {
        ...options,
        masks: { relu: tensor([[1, 1], [1, 1], [1, 1]]) },
      }),
    ShapeError,
    'Cannot propagate relevance: the mask of "relu" must broadcast to [1, 2], got [3, 2]',
  );
  assertMessage(
    () => propagateRelevance(network, tensor([[2, 1]]), { ...options, masks: { relu: tensor([[[1]]]) } }),
    ShapeError,
    'Cannot propagate relevance: the mask of "relu" must broadcast to [1, 2], got [1, 1, 1]',
  );
  const { relevance } = propagateRelevance(network, tensor([[2, 1]]), {
    ...options,
    masks: { relu: tensor([0]) },
  });
  assertEquals([...relevance.get("relu")!.data], [0, 0]);
});

Deno.test("relevance belongs to a run of the same network, with options by their names", () => {
  const run = runNetwork(network, tensor([[2, 1]]));
  const other = sequential({ relu: relu(), scores: dense({ weights: tensor([[1, 2]]) }) });
  assertMessage(
    () => propagateRelevance(other, run, { composite: gradient(), seed: tensor([[1]]) }),
    RangeError,
    "Cannot propagate relevance: the run must be one of this network, got one of another network",
  );
  assertMessage(
    () => propagateRelevance(network, run, { composite: gradient(), seed: tensor([[1]]), mask: {} } as never),
    TypeError,
    'Cannot propagate relevance: options must be among composite, seed, masks, got "mask"',
  );
  assertMessage(
    () => propagateRelevance(network, run, { composite: gradient() } as never),
    TypeError,
    "Cannot propagate relevance: the option seed must be given, got undefined",
  );
});

Deno.test("a share that is no number names its layer", () => {
  const up = sequential({ up: transposedConvolution({ weights: tensor([[[2]]]), stride: 2 }) });
  // Between the two places that the inputs reach stands an output of exactly 0.
  assertMessage(
    () =>
      propagateRelevance(up, tensor([[[1, 2]]]), {
        composite: composite("zero", [assign(byKind("transposedConvolution"), zeroRule())]),
        seed: tensor([[[1, 5, 1]]]),
      }),
    NumericalError,
    "Cannot propagate relevance: relevance for the stabilizer of layer " +
      '"up" (transposedConvolution, rule zero) must be finite, got NaN at [0, 0, 1]',
  );
});

Deno.test("seedFor() wants scores [N, K], a class for each example and a start that there is", () => {
  const said = (shape: string): string =>
    `Cannot make a seed: the output must have shape [any, any], got ${shape}`;
  assertMessage(() => seedFor(tensor([[[1, 2, 3]]])), ShapeError, said("[1, 1, 3]"));
  assertMessage(() => seedFor(tensor([1, 2, 3])), ShapeError, said("[3]"));
  assertMessage(
    () => seedFor(tensor([[1, 2], [4, 3]]), { classes: [0] }),
    RangeError,
    "Cannot make a seed: classes must be one number, or one for each of 2 examples, got 1",
  );
  assertMessage(
    () => seedFor(tensor([[1, 2]]), { start: "ones" as never }),
    RangeError,
    'Cannot make a seed: start must be one of score, one, got "ones"',
  );
  assertMessage(
    () => seedFor(tensor([[1, 2]]), { class: 0 } as never),
    TypeError,
    'Cannot make a seed: options must be among classes, start, dialect, got "class"',
  );
  assertEquals([...seedFor(tensor([[1, 2], [4, 3]]), { classes: [1, 1] }).data], [0, 2, 0, 3]);
});
