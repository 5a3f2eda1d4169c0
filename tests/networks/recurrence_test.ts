import { assertEquals, assertNotEquals } from "@std/assert";
import { concatenate, dense, take } from "../../lib/layers/mod.ts";
import {
  assign,
  byFamily,
  byKind,
  byName,
  composite,
  firstLayer,
  gradient,
  gru,
  lrpAll,
  lstm,
  networkBuilder,
  plan,
  propagateRelevance,
  type RecurrenceParameters,
  runNetwork,
  seedFor,
  sequential,
  unrolledLstm,
  unrollRecurrence,
} from "../../lib/networks/mod.ts";
import { eagerOps } from "../../lib/ops/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import {
  epsilonRule,
  flatRule,
  gammaRule,
  gradientRule,
  productRule,
  uniformRule,
  zeroRule,
} from "../../lib/rules/mod.ts";
import { type NestedNumbers, type Tensor, tensor } from "../../lib/tensor/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { randomTensor } from "../support/layer_cases.ts";

const { lstm: golden } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/peers/golden.json", import.meta.url)),
) as { lstm: Record<string, NestedNumbers> & { tokens: number[] } };
const given = (name: string): Tensor => tensor(golden[name] as NestedNumbers);

/** Rows of gates i, g, f, o put in PyTorch's order i, f, g, o. */
function inTorchOrder(stacked: Tensor): Tensor {
  const size = stacked.shape[0] / 4;
  const block = (k: number): Tensor => eagerOps.slice(stacked, 0, k * size, (k + 1) * size);
  return eagerOps.concatenate([block(0), block(2), block(1), block(3)], 0);
}

function side(name: string): RecurrenceParameters {
  return {
    inputWeights: inTorchOrder(given(`Wxh_${name}`)),
    recurrentWeights: inTorchOrder(given(`Whh_${name}`)),
    inputBias: inTorchOrder(given(`bxh_${name}`)),
    recurrentBias: inTorchOrder(given(`bhh_${name}`)),
  };
}

Deno.test("an unrolled bidirectional LSTM under lrpAll gives the relevance of the code of Arras et al.", () => {
  const { tokens } = golden;
  const builder = networkBuilder();
  unrolledLstm(builder, "lstm", builder.input("x"), {
    forward: side("Left"),
    reverse: side("Right"),
    steps: tokens.length,
  });
  const last = [["lstm.forward", -1], ["lstm.reverse", 0]] as const;
  const states = last.map(([name, index]) => builder.add(`${name}.last`, take({ axis: 1, index }), name));
  const output = dense({ weights: eagerOps.concatenate([given("Why_Left"), given("Why_Right")], 1) });
  const joined = builder.add("states", concatenate({ axis: 1 }), ...states);
  const network = builder.build(builder.add("scores", output, joined));

  const x = eagerOps.gather(given("E"), tensor([tokens]));
  const run = runNetwork(network, x);
  assertClose(run.output, tensor([golden.scores as NestedNumbers]), { relative: 1e-13 });
  const seed = seedFor(run.output, { classes: 1 });
  const { relevance, input, ledger } = propagateRelevance(network, run, { composite: lrpAll(), seed });
  const { Rx, Rx_rev } = golden["lrp_class1_eps0.001_bf0"] as unknown as Record<string, NestedNumbers>;
  for (const [direction, expected] of [["forward", Rx], ["reverse", Rx_rev]] as const) {
    const steps = tokens.map((_, t) => relevance.get(`lstm.${direction}.${t}.input`)!);
    assertClose(eagerOps.concatenate(steps, 0), tensor(expected), { absolute: 1e-14, relative: 1e-11 });
  }
  const both = eagerOps.reshape(eagerOps.add(tensor(Rx), tensor(Rx_rev)), input.shape);
  assertClose(input, both, { absolute: 1e-14, relative: 1e-11 });
  assertEquals(ledger.rest, 0); // the initial states are 0
  assertEquals(ledger.relativeGap < 1e-14, true);
});

Deno.test("a GRU and a bidirectional LSTM keep their output when they are unrolled, and every product rule accounts", () => {
  const random = randomGenerator(3);
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const parameters = (gates: number): RecurrenceParameters => ({
    inputWeights: of(gates * 2, 3),
    recurrentWeights: of(gates * 2, 2),
    inputBias: of(gates * 2),
    recurrentBias: of(gates * 2),
  });
  const network = sequential({
    lstm: lstm({ forward: parameters(4), reverse: parameters(4) }),
    gru: gru({ forward: { ...parameters(3), inputWeights: of(6, 4) } }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights: of(2, 2), bias: of(2) }),
  });
  const x = of(2, 4, 3);
  const unrolled = unrollRecurrence(network, { steps: 4 });
  const run = runNetwork(unrolled, x);
  const whole = runNetwork(network, x);
  assertClose(run.output, whole.output, { absolute: 1e-15 });
  for (const share of ["all", "half", "prop", "abs"] as const) {
    const options = { composite: lrpAll({ share }), seed: seedFor(run.output) };
    const apart = propagateRelevance(unrolled, run, options);
    const { ledger } = apart;
    assertEquals(ledger.relativeGap < 1e-13, true, `${share}: ${ledger}`);
    assertEquals(ledger.lost, 0);
    // The layers as they are give the same, step by step.
    const together = propagateRelevance(network, whole, options);
    assertClose(together.input, apart.input, { absolute: 1e-12 * ledger.scale });
    assertEquals(together.ledger.relativeGap < 1e-13, true, `${share}: ${together.ledger}`);
    for (const account of ["bias", "stabilizer", "lost", "rest"] as const) {
      assertClose(together.ledger[account], ledger[account], { absolute: 1e-12 * ledger.scale });
    }
  }
});

const small: RecurrenceParameters = {
  inputWeights: tensor([[0.5], [0.25], [1], [-1]]),
  recurrentWeights: tensor([[1], [0], [0.5], [0.25]]),
  inputBias: tensor([0, 1, 0.5, 0]),
};

Deno.test("a plan shows the layers of the steps of a recurrent layer, with one rule for all steps", () => {
  const network = sequential({
    lstm: lstm({ forward: small, reverse: small }),
    scores: dense({ weights: tensor([[1, 1]]) }),
  });
  const rules = composite("mine", [
    assign(firstLayer(), flatRule()),
    assign(byName("lstm.reverse.gates"), gammaRule()),
    assign(byName(/gates$/), zeroRule()),
    ...lrpAll().assignments,
  ]);
  const { rows, warnings } = plan(network, rules);
  const of = (name: string): unknown[] => {
    const { node, rule, why } = rows.find(({ node }) => node.name === name)!;
    return [node.layer.kind, rule?.name, why];
  };
  assertEquals(rows.map(({ node }) => node.name).slice(0, 3), ["scores", "lstm", "lstm.reverse.hidden"]);
  assertEquals(of("lstm"), ["lstm", "steps", "its steps have rules"]);
  assertEquals(of("lstm.forward.kept"), ["multiply", "product all", "product layer"]);
  assertEquals(of("lstm.reverse.gates"), [
    "dense",
    "flat",
    "first dense or convolution or transposedConvolution",
  ]);
  assertEquals(of("scores"), ["dense", "epsilon", "linear layer"]);
  assertEquals(warnings, [
    'no layer gets rule "gamma", which is for layers named "lstm.reverse.gates"',
    'no layer gets rule "zero", which is for layers name like /gates$/',
  ]);
});

Deno.test("a rule for a recurrent layer itself is kept, and its steps are not opened", () => {
  const network = sequential({ lstm: lstm({ forward: small }) });
  assertEquals(plan(network, gradient()).rows.map(({ node, rule }) => [node.name, rule?.name]), [
    ["lstm", "gradient"],
  ]);
});

Deno.test("a layer that reads backwards only, and a GRU whose reset gate comes first, are their unrolled steps", () => {
  const random = randomGenerator(8);
  const of = (...shape: number[]): Tensor => randomTensor(random, shape);
  const parameters = (gates: number): RecurrenceParameters => ({
    inputWeights: of(gates * 2, 3),
    recurrentWeights: of(gates * 2, 2),
    recurrentBias: of(gates * 2),
  });
  const x = of(2, 3, 3);
  const variants = [lstm({ reverse: parameters(4) }), gru({ forward: parameters(3), resetAfter: false })];
  for (const layer of variants) {
    const network = sequential({ cell: layer.withParameters(layer.parameters) });
    const unrolled = unrollRecurrence(network, { steps: 3 });
    const options = { composite: lrpAll({ share: "half" }), seed: of(2, 3, 2) };
    const [together, apart] = [network, unrolled].map((network) => propagateRelevance(network, x, options));
    assertClose(together.run.output, apart.run.output, { absolute: 1e-15 });
    assertClose(together.input, apart.input, { absolute: 1e-12 * apart.ledger.scale });
  }
  // Read from the end: the last step comes first, and only it is known there.
  const alone = runNetwork(sequential([variants[0]]), tensor([[[1, 2, 3]]])).output;
  const [second] = [runNetwork(sequential([variants[0]]), tensor([[[9, 9, 9], [1, 2, 3]]])).output];
  assertEquals([second.get(0, 1, 0), second.get(0, 1, 1)], [alone.get(0, 0, 0), alone.get(0, 0, 1)]);
});

Deno.test("with the reset gate on the state itself, by hand", () => {
  const layer = gru({
    forward: {
      inputWeights: tensor([[1], [0], [0.5]]),
      recurrentWeights: tensor([[0], [0], [2]]),
      recurrentBias: tensor([0, 0, 0.25]),
    },
    resetAfter: false,
  });
  const { output } = runNetwork(sequential([layer]), tensor([[[1], [2]]]));
  const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));
  const first = 0.5 * Math.tanh(0.5 + 0.25); // z = σ(0)
  const second = 0.5 * Math.tanh(1 + 2 * (sigmoid(2) * first) + 0.25) + 0.5 * first;
  assertClose(output, tensor([[[first], [second]]]), { absolute: 1e-15 });
});

Deno.test("a copy of a recurrent layer, and one with other parameters, have the same steps", () => {
  const layer = lstm({ forward: small });
  const x = tensor([[[1], [2]]]);
  const options = { composite: lrpAll(), seed: tensor([[[0], [1]]]) };
  const { input } = propagateRelevance(sequential({ lstm: layer }), x, options);
  for (const other of [{ ...layer }, layer.withParameters(layer.parameters)]) {
    assertEquals(propagateRelevance(sequential({ lstm: other }), x, options).input, input);
  }
});

Deno.test("relevance of initial states, and what rules of steps take away, is in the ledger", () => {
  const network = sequential({ lstm: lstm({ forward: small }) });
  const x = tensor([[[1], [-2], [0.5]]]);
  const seed = tensor([[[0], [0], [1]]]);
  const cases = {
    flat: [flatRule(), productRule()],
    uniform: [epsilonRule(), uniformRule()],
    gradient: [gradientRule(), productRule()],
  };
  for (const [name, [dense, product]] of Object.entries(cases)) {
    const rules = composite("mine", [
      assign(byKind("dense"), dense!),
      assign(byFamily("product"), product!),
      ...lrpAll().assignments,
    ]);
    const unrolled = unrollRecurrence(network, { steps: 3 });
    const apart = propagateRelevance(unrolled, x, { composite: rules, seed });
    const { input, ledger } = propagateRelevance(network, x, { composite: rules, seed });
    assertClose(input, apart.input, { absolute: 1e-15 });
    for (const account of ["input", "rest", "bias", "stabilizer", "lost"] as const) {
      assertClose(ledger[account], apart.ledger[account], {
        absolute: 1e-14,
        where: `${name} ${account}`,
      });
    }
    assertEquals(ledger.relativeGap < 1e-15, true);
    if (name === "flat") assertNotEquals(ledger.rest, 0);
    if (name === "gradient") assertNotEquals(ledger.lost, 0);
  }
});
