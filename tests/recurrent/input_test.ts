import { assertEquals, assertThrows } from "@std/assert";
import { explain, lrp } from "../../lib/attribution/mod.ts";
import { NumericalError, ShapeError, UnknownTokenError } from "../../lib/errors.ts";
import { deleteTokens, lstmClassifier, type LstmClassifierOptions } from "../../lib/recurrent/mod.ts";
import { tensor, zeros } from "../../lib/tensor/mod.ts";
import { assertMessage } from "../support/assert_message.ts";

const cell = { inputWeights: zeros([8, 3]), recurrentWeights: zeros([8, 2]) };
const options: LstmClassifierOptions = {
  layers: [{ forward: cell, reverse: cell }],
  output: { weights: zeros([2, 4]) },
  embeddings: tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
  vocabulary: ["good", "bad", "<unk>"],
};
const model = lstmClassifier(options);
const unitNet = lstmClassifier({
  layers: [{ forward: { inputWeights: tensor([[0], [0], [1], [0]]), recurrentWeights: zeros([4, 1]) } }],
  output: { weights: tensor([[1]]) },
});

Deno.test("texts, tokens, ids and vectors are the same input", () => {
  const expected = [4, 5, 6, 1, 2, 3];
  assertEquals([...model.encode("bad  good\n").values.data], expected);
  assertEquals([...model.encode(["bad", "good"]).values.data], expected);
  assertEquals([...model.encode({ ids: [1, 0] }).values.data], expected);
  assertEquals(model.encode({ ids: [1, 0] }).tokens, ["bad", "good"]);
  const values = tensor([[4, 5, 6], [1, 2, 3]]);
  assertEquals([...model.encode({ values }).values.data], expected);
  assertEquals(model.encode({ values }).tokens, ["0", "1"]);
  assertEquals(model.encode({ values, tokens: ["a", "b"] }).tokens, ["a", "b"]);
});

Deno.test("a tokenizer and a fallback token are used where they are given", () => {
  const lenient = lstmClassifier({
    ...options,
    unknownToken: "<unk>",
    tokenize: (text) => text.toLowerCase().split(","),
  });
  const { tokens, values } = lenient.encode("GOOD,ugly");
  assertEquals(tokens, ["good", "ugly"]);
  assertEquals(lenient.encode("good,ugly,fine,ugly").notes, [
    'read as <unk>, since the vocabulary does not hold them: "ugly", "fine"',
  ]);
  assertEquals(lenient.encode("good,bad").notes, undefined);
  assertEquals(explain(lenient, "good,ugly", { method: lrp() }).notes, [
    'read as <unk>, since the vocabulary does not hold them: "ugly"',
  ]);
  assertEquals([...values.data], [1, 2, 3, 7, 8, 9]);
});

Deno.test("inputs that cannot be read say why", () => {
  const read = "Cannot read the input: ";
  assertMessage(() => model.encode(""), RangeError, read + "it must have at least one token, got none");
  assertMessage(() => model.encode([]), RangeError, read + "it must have at least one token, got none");
  assertMessage(
    () => model.encode({ ids: [] }),
    RangeError,
    read + "it must have at least one token, got none",
  );
  assertMessage(
    () => model.encode({ values: zeros([0, 3]) }),
    RangeError,
    read + "it must have at least one token, got none",
  );
  assertMessage(
    () => model.encode("good ugly fine ugly"),
    UnknownTokenError,
    read + 'every word must be in the vocabulary of 3, got "ugly", "fine"',
  );
  const { tokens } = assertThrows(() => model.encode("a b c d e f g"), UnknownTokenError);
  assertEquals(tokens, ["a", "b", "c", "d", "e", "f", "g"]);
  assertMessage(
    () => model.encode("a b c d e f g"),
    UnknownTokenError,
    read + 'every word must be in the vocabulary of 3, got "a", "b", "c", "d", "e" and 2 more',
  );
  for (const id of [3, -1, 0.5, NaN]) {
    assertMessage(
      () => model.encode({ ids: [0, id] }),
      RangeError,
      read + `an id must be an integer from 0 to 2, got ${id} at 1`,
    );
  }
  assertMessage(
    () => model.encode({ values: zeros([2, 4]) }),
    ShapeError,
    read + "values must have shape [any, 3], got [2, 4]",
  );
  assertMessage(
    () => model.encode({ values: tensor([[1, NaN, 0]]) }),
    NumericalError,
    read + "values must be finite, got NaN at [0, 1]",
  );
  assertMessage(
    () => model.encode({ values: zeros([2, 3]), tokens: ["a"] }),
    RangeError,
    read + "tokens must be as many as values, got 1 and 2",
  );
  assertMessage(
    // deno-lint-ignore no-explicit-any
    () => model.encode(7 as any),
    TypeError,
    read + "it must be a text, tokens, { ids } or { values }, got 7",
  );
  const bare = lstmClassifier({ layers: options.layers, output: options.output });
  assertMessage(
    () => bare.encode("good"),
    TypeError,
    read + "words need a vocabulary, and this network has none; give { ids } or { values }",
  );
  assertMessage(
    () => bare.encode({ ids: [0] }),
    TypeError,
    read + "ids need embeddings, and this network has none; give { values }",
  );
  assertMessage(
    // deno-lint-ignore no-explicit-any
    () => model.encode({ values: [[1, 2, 3]] as any }),
    TypeError,
    read + "values must be an ndarray of shape [any, 3], got no ndarray",
  );
  const twice = lstmClassifier({ ...options, vocabulary: ["good", "bad", "good"] });
  assertMessage(
    () => twice.encode("bad"),
    RangeError,
    read + 'the vocabulary must hold every word once, got "good" again',
  );
  const broken = lstmClassifier({ ...options, embeddings: tensor([[1, 2, 3], [4, Infinity, 6], [7, 8, 9]]) });
  assertMessage(
    () => broken.forward("good bad"),
    NumericalError,
    read + "embeddings of the input must be finite, got Infinity at [1, 1]",
  );
});

Deno.test("a position that does not exist cannot be deleted", () => {
  for (const position of [2, -1, 0.5]) {
    assertMessage(
      () => deleteTokens(model.encode("good bad"), [position]),
      RangeError,
      `Cannot delete tokens: a position must be an integer from 0 to 1, got ${position}`,
    );
  }
});

Deno.test("states that overflow and relevance that divides by zero name the layer and the index", () => {
  const cellOf = (candidate: number[]) =>
    lstmClassifier({
      layers: [{
        forward: {
          inputWeights: tensor([[0, 0], [0, 0], candidate, [0, 0]]),
          recurrentWeights: zeros([4, 1]),
        },
      }],
      output: { weights: tensor([[1]]) },
    });
  const values = tensor([[0, 0], [10, 10]]);
  const run = "Cannot run the network: ";
  assertMessage(
    () => cellOf([1e308, 1e308]).forward({ values }), // 1e308 · 10 overflows
    NumericalError,
    run + "pre-activation of LSTM layer 0 (forward) must be finite, got Infinity at [1, 0]",
  );
  // Open gates make h = tanh(1) = 0.76 for each of three units: 10 · 1e308 - 3 · 0.76 · 1e308 is Infinity - Infinity.
  const three = lstmClassifier({
    layers: [{
      forward: {
        inputWeights: tensor([1e308, ...new Array(11).fill(0)], [12, 1]),
        recurrentWeights: tensor([-1e308, -1e308, -1e308, ...new Array(33).fill(0)], [12, 3]),
        inputBias: tensor(new Array(12).fill(50)),
      },
    }],
    output: { weights: tensor([[1, 1, 1]]) },
  });
  assertMessage(
    () => three.forward({ values: tensor([[0], [10]]) }),
    NumericalError,
    run + "hidden state of LSTM layer 0 (forward) must be finite, got NaN at [1, 0]",
  );
  // The reverse cell reads position 1 first; the origin is named, not what it spoils on its way to position 0.
  const reverse = {
    inputWeights: tensor([[0, 0], [0, 0], [1e308, 1e308], [0, 0]]),
    recurrentWeights: zeros([4, 1]),
  };
  const forward = { inputWeights: zeros([4, 2]), recurrentWeights: zeros([4, 1]) };
  const both = lstmClassifier({ layers: [{ forward, reverse }], output: { weights: tensor([[1, 1]]) } });
  assertMessage(
    () => both.forward({ values: tensor([[10, 10], [0, 0], [0, 0]]) }),
    NumericalError,
    run + "pre-activation of LSTM layer 0 (reverse) must be finite, got Infinity at [0, 0]",
  );
  // epsilon 0 and a cell state of exactly 0: 0/0 in the cell sum
  const silent = lstmClassifier({
    layers: [{ forward: { inputWeights: zeros([4, 1]), recurrentWeights: zeros([4, 1]) } }],
    output: { weights: tensor([[1]]), bias: tensor([1]) },
  });
  assertMessage(
    () => silent.forward({ values: tensor([[1]]) }).relevance([1], { epsilon: 0, biasFactor: 0 }),
    NumericalError,
    "Cannot propagate relevance: relevance sent down by LSTM layer 0 (forward) must be finite, got NaN at [0, 0]",
  );
});

Deno.test("a run and a net keep what they were given, whatever becomes of the caller's arrays", () => {
  const weights = tensor([[1, 2, 3, 4], [0, 0, 0, 0]]);
  const net = lstmClassifier({ ...options, output: { weights } });
  const values = tensor([[1, 2, 3]]);
  const pass = net.forward({ values });
  const before = pass.relevance([1, 0], { epsilon: 0.1, biasFactor: 0 });
  values.set(0, 0, 99);
  weights.set(0, 0, 99);
  assertEquals(pass.relevance([1, 0], { epsilon: 0.1, biasFactor: 0 }), before);
  assertEquals(net.forward({ values: tensor([[1, 2, 3]]) }).scores, pass.scores);
});

Deno.test("a sequence of 100,000 steps is explained", () => {
  const { tokenRelevance, ledger } = explain(unitNet, {
    values: tensor(new Float64Array(1e5).fill(0.1), [1e5, 1]),
  }, {
    method: lrp({ epsilon: 0.1 }),
  });
  assertEquals(tokenRelevance.length, 1e5);
  assertEquals(ledger!.relativeGap < 1e-12, true);
});
