import { assert, assertEquals } from "@std/assert";
import { compile } from "../../lib/compiler/mod.ts";
import { FormatError, ShapeError } from "../../lib/errors.ts";
import { readOnnx, writeOnnx } from "../../lib/io/mod.ts";
import { dense, embedding, take } from "../../lib/layers/mod.ts";
import { epsilonPlus, lrpAll, lstm, sequential } from "../../lib/networks/mod.ts";
import { randomGenerator } from "../../lib/random.ts";
import { loadRelevanceModel } from "../../lib/runtime/mod.ts";
import { contiguous, tensor, zeros } from "../../lib/tensor/mod.ts";
import { onnxModel, onnxNode } from "../io/onnx/support/onnx_model.ts";
import { assertMessage, assertRejectsWith, type ErrorClass } from "../support/assert_message.ts";

const weights = tensor([[1, -1], [2, 0.5], [0, 3]]);
const composite = epsilonPlus();
const scores = compile(sequential({ scores: dense({ weights }) }, { input: "x" }), {
  composite,
  shape: ["N", 2],
  target: "class",
});
const tokens = compile(
  sequential({
    words: embedding({ weights: tensor([[1, 2], [3, 4]]) }),
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights }),
  }, { input: "ids" }),
  { composite, shape: ["N", "T"] },
);

const x = tensor([[1, 2]]);
const first = tensor([0]);

const slips: Record<string, [model: typeof scores, input: unknown, kind: ErrorClass, message: string]> = {
  "a list": [scores, [[1, 2]], TypeError, "the input must be an ndarray, or ndarrays by name, got a list"],
  "nothing": [
    scores,
    undefined,
    TypeError,
    "the input must be an ndarray, or ndarrays by name, got undefined",
  ],
  "one input of two": [scores, x, RangeError, "the model needs the inputs x, class, got x"],
  "an input too many": [
    scores,
    { x, class: first, y: x },
    RangeError,
    "the model needs the inputs x, class, got x, class, y",
  ],
  "a list by name": [
    scores,
    { x: [[1, 2]], class: first },
    TypeError,
    'input "x" must be an ndarray, got a list',
  ],
  "a class that is none": [
    scores,
    { x, class: tensor([3]) },
    RangeError,
    'input "class" must hold whole numbers from 0 to 2, got 3',
  ],
  "half a class": [
    scores,
    { x, class: tensor([0.5]) },
    RangeError,
    'input "class" must hold whole numbers from 0 to 2, got 0.5',
  ],
  "a token that is none": [
    tokens,
    tensor([[0, 2]]),
    RangeError,
    'input "ids" must hold whole numbers from 0 to 1, got 2',
  ],
  "a token from the end": [
    tokens,
    tensor([[0, -1]]),
    RangeError,
    'input "ids" must hold whole numbers from 0 to 1, got -1',
  ],
  "an empty text": [tokens, zeros([1, 0]), ShapeError, 'input "ids" must have shape [N, T], got [1, 0]'],
};
for (const [name, [compiled, input, kind, message]] of Object.entries(slips)) {
  Deno.test(`explain() refuses ${name}`, async () => {
    await using model = await loadRelevanceModel(compiled, { engine: "reference" });
    await assertRejectsWith(() => model.explain(input as typeof x), kind, `Cannot explain: ${message}`);
  });
}

Deno.test("explain() refuses options of other names, and a model that was released", async () => {
  const model = await loadRelevanceModel(scores, { engine: "reference" });
  await assertRejectsWith(
    () => model.explain({ x, class: first }, { verfy: true } as never),
    TypeError,
    'Cannot explain: options must be among verify, got "verfy"',
  );
  await model.release();
  await model.release();
  await assertRejectsWith(
    () => model.explain({ x, class: first }),
    Error,
    "Cannot explain: the model was released, load it again",
  );
});

Deno.test("an empty batch has an empty answer", async () => {
  await using model = await loadRelevanceModel(scores, { engine: "reference" });
  const { relevance } = await model.explain({ x: zeros([0, 2]), class: zeros([0]) });
  assertEquals([relevance.shape, contiguous(relevance).length], [[0, 2], 0]);
});

const sources: Record<string, [source: unknown, options: object, kind: ErrorClass, message: string]> = {
  "nothing": [
    undefined,
    {},
    TypeError,
    "it must be a file, its bytes, or what compile() gives, got undefined",
  ],
  "a number": [5, {}, TypeError, "it must be a file, its bytes, or what compile() gives, got 5"],
  "a model that is not compiled": [
    onnxModel([onnxNode("Relu", ["x"], ["y"])]),
    {},
    RangeError,
    "it must be a compiled one, with the outputs output and relevance, got y",
  ],
  "an engine that is none": [
    scores,
    { engine: "onnx" },
    RangeError,
    'engine must be one of auto, onnxruntime-node, onnxruntime-web, reference, got "onnx"',
  ],
  "threads below 0": [scores, { threads: -1 }, RangeError, "threads must be a whole number >= 0, got -1"],
  "an option of another name": [
    scores,
    { engin: "reference" },
    TypeError,
    'options must be among engine, threads, runtime, worker, got "engin"',
  ],
  "a note that is none": [
    { ...scores.model, metadata: new Map([["limits", "{"]]) },
    { engine: "reference" },
    RangeError,
    "its note of limits must be numbers by name, got {",
  ],
};
for (const [name, [source, options, kind, message]] of Object.entries(sources)) {
  Deno.test(`loadRelevanceModel() refuses ${name}`, () =>
    assertRejectsWith(
      () => loadRelevanceModel(source as typeof scores, options),
      kind,
      `Cannot load the model: ${message}`,
    ));
}

Deno.test("bytes that are no model, and models that are none, say so", async () => {
  await assertRejectsWith(
    () => loadRelevanceModel(new Uint8Array()),
    FormatError,
    "Cannot read ONNX: the file must hold a version and a graph",
  );
  assertMessage(
    () => readOnnx("model.onnx" as never),
    TypeError,
    'Cannot read ONNX: it must be given as a Uint8Array, got "model.onnx"',
  );
  assertMessage(
    () => writeOnnx(scores as never),
    TypeError,
    "Cannot write ONNX: it must be a model, such as the model of what compile() gives, got an object",
  );
});

Deno.test("a compiled model whose nodes do not fit is refused by the reference engine, by node", async () => {
  const outputs = ["output", "relevance"];
  const made = [onnxNode("Relu", ["x"], ["output"]), onnxNode("Relu", ["x"], ["relevance"])];
  const wrong: Record<string, [Parameters<typeof onnxModel>[0], string]> = {
    "early": [
      [onnxNode("Relu", ["later"], ["output"], { name: "a" }), ...made.slice(1)],
      'Cannot run node "a" (Relu) on the reference engine: it must read values made before it, got "later"',
    ],
    "none": [made.slice(0, 1), 'Cannot read ONNX: a node must make the output "relevance"'],
    "scan": [
      [onnxNode("Scan", ["x"], ["output"], { name: "s" }), made[1]!],
      'Cannot run node "s" (Scan) on the reference engine: its step must be one that compiled models are written with',
    ],
  };
  for (const [nodes, message] of Object.values(wrong)) {
    const load = (): Promise<unknown> =>
      loadRelevanceModel(onnxModel(nodes, { outputs }), { engine: "reference" });
    await assertRejectsWith(load, Error, message);
  }
  const nodes = [onnxNode("Transpose", ["x"], ["output"], { name: "t" }), made[1]!];
  await using model = await loadRelevanceModel(onnxModel(nodes, { outputs }), { engine: "reference" });
  await assertRejectsWith(
    () => model.explain(x),
    Error,
    'Cannot run node "t" (Transpose) on the reference engine: its settings must fit the shapes that it reads, got [1, 2]',
  );
});

Deno.test("turned bits of a compiled recurrence are refused with a reason, or run", async () => {
  const cell = lstm({ forward: { inputWeights: zeros([4, 2]), recurrentWeights: zeros([4, 1]) } });
  const network = sequential({
    cell,
    last: take({ axis: 1, index: -1 }),
    scores: dense({ weights: tensor([[1], [2]]) }),
  });
  const bytes = writeOnnx(compile(network, { composite: lrpAll(), shape: ["N", "T", 2] }).model);
  const counts = { refused: 0, ran: 0 };
  const random = randomGenerator(1);
  for (let i = 0; i < 400; i++) {
    const changed = bytes.slice();
    const bit = random.integer(bytes.length * 8);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    try {
      await using model = await loadRelevanceModel(changed, { engine: "reference" });
      await model.explain(zeros([1, 2, 2]));
      counts.ran++;
    } catch (error) {
      assert((error as Error).message.startsWith("Cannot"), `bit ${bit}: ${(error as Error).stack}`);
      assertEquals((error as Error).message.startsWith("Cannot read properties"), false, `bit ${bit}`);
      counts.refused++;
    }
  }
  assert(counts.refused > 100 && counts.ran > 100, JSON.stringify(counts));
});

Deno.test("an engine that fails is named", async () => {
  const runtime = {
    Tensor: class {},
    InferenceSession: { create: () => Promise.reject(new Error("no such operator")) },
  };
  await assertRejectsWith(
    () => loadRelevanceModel(scores, { runtime: runtime as never }),
    Error,
    "Cannot load the model on onnxruntime-web: no such operator",
  );
});
