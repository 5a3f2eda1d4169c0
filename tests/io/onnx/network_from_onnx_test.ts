import { assert, assertEquals } from "@std/assert";
import { FormatError, UnsupportedLayerError } from "../../../lib/errors.ts";
import { networkFromOnnx, readNpz, readOnnx, readOnnxFile } from "../../../lib/io/mod.ts";
import { runNetwork } from "../../../lib/networks/mod.ts";
import { contiguous, tensor } from "../../../lib/tensor/mod.ts";
import nodeTests from "../../fixtures/onnx/node_tests.json" with { type: "json" };
import torchExports from "../../fixtures/onnx/torch_exports.json" with { type: "json" };
import { assertClose, largestError } from "../../support/assert_close.ts";
import { assertMessage, type ErrorClass } from "../../support/assert_message.ts";
import { CONFORMANCE_FILE, conformanceText } from "../../support/conformance_table.ts";
import { sharedTest } from "../../support/shared.ts";
import { fromBase64 } from "../support/hostile.ts";
import { onnxModel, onnxNode } from "./support/onnx_model.ts";
import { runNodeTest } from "./support/run_node_test.ts";

for (const { name, model, x, y } of torchExports.cases) {
  Deno.test(`networkFromOnnx() reads ${name}`, () => {
    const { network, shapes } = networkFromOnnx(readOnnx(fromBase64(model)));
    assertEquals(typeof shapes.x![0], "string");
    const { output } = runNetwork(network, tensor(x.values, x.shape));
    // The expected numbers were computed in float32.
    assertClose(output, tensor(y.values, y.shape), { absolute: 2e-6, relative: 2e-5 });
  });
}

for (const model of ["fashion_cnn", "fashion_vit", "snips_minibert", "snips_bilstm"]) {
  sharedTest(
    `networkFromOnnx() reads ${model} with the scores of PyTorch`,
    [`models/${model}/model.onnx`, `models/${model}/io.npz`],
    async ([path, io]) => {
      const { network } = networkFromOnnx(await readOnnxFile(path!));
      const arrays = await readNpz(await Deno.readFile(io!));
      const { output } = runNetwork(network, arrays.get("x")!);
      assertClose(output, arrays.get("logits")!, { absolute: 1e-5 });
    },
  );
}

Deno.test("the node tests of the onnx package give the right numbers, or an error that says why not", async () => {
  for (const test of nodeTests.cases) {
    const { verdict, reason } = runNodeTest(test);
    assert(verdict === "passed" || reason.startsWith("Cannot import node"), `${test.name}: ${reason}`);
  }
  // Without the line breaks and the padding that the formatter puts in.
  const bare = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/-+/g, "-");
  assertEquals(bare(await Deno.readTextFile(CONFORMANCE_FILE)), bare(conformanceText()));
});

Deno.test("networkFromOnnx() puts together what exporters take apart", () => {
  const find = (name: string): readonly string[] => {
    const found = torchExports.cases.find((test) => test.name === name)!;
    const { network } = networkFromOnnx(readOnnx(fromBase64(found.model)));
    return network.nodes.map(({ layer }) => layer.kind).filter((kind) =>
      !["reshape", "transpose"].includes(kind)
    );
  };
  assertEquals(find("mlp, torchscript exporter, operator set 11"), ["dense", "gelu", "dense", "softmax"]);
  assertEquals(find("mlp_tanh_gelu, torchscript exporter, operator set 13"), [
    "dense",
    "gelu",
    "layerNorm",
    "dense",
  ]);
  assertEquals(find("activations, dynamo exporter, operator set 18"), [
    "dense",
    "silu",
    "leakyRelu",
    "elu",
    "tanh",
    "sigmoid",
    "softplus",
    "clip",
  ]);
  assertEquals(find("gated, dynamo exporter, operator set 18"), [
    "rmsNorm",
    "dense",
    "silu",
    "dense",
    "multiply",
    "dense",
    "add",
    "meanPooling",
  ]);
});

Deno.test("networkFromOnnx() gives lengths that are not known a name, and takes others", () => {
  const found = torchExports.cases.find(({ name }) => name.startsWith("mlp, torchscript"))!;
  const model = readOnnx(fromBase64(found.model));
  assertEquals(networkFromOnnx(model).shapes, { x: ["batch", 4] });
  assertEquals(networkFromOnnx(model, { shapes: { x: [7, 4] } }).shapes, { x: [7, 4] });
});

const refusals: Record<string, [Parameters<typeof onnxModel>[0], string]> = {
  "an operator that is not covered": [
    [onnxNode("Fancy", ["x"], ["y"], { name: "f" })],
    'Cannot import node "f" (Fancy, operator set 17): the operator must be one that is covered',
  ],
  "an operator of another set": [
    [onnxNode("FusedConv", ["x"], ["y"], { domain: "com.microsoft" })],
    'Cannot import node "y" (com.microsoft.FusedConv, operator set 17): the operator must be a standard one',
  ],
  "a comparison of signals": [
    [onnxNode("Greater", ["x", "x"], ["y"])],
    'Cannot import node "y" (Greater, operator set 17): it must read constants and sizes only',
  ],
  "an attribute that is not covered": [
    [onnxNode("Softmax", ["x"], ["y"], { integers: { temperature: 2 } })],
    'Cannot import node "y" (Softmax, operator set 17): attribute "temperature" must be one that is covered',
  ],
  "a missing input": [
    [onnxNode("Gemm", ["x"], ["y"])],
    'Cannot import node "y" (Gemm, operator set 17): input 1 must be given',
  ],
  "shapes that do not fit": [
    [onnxNode("Constant", [], ["c"], { value: [1, 2, 3] }), onnxNode("Add", ["x", "c"], ["y"])],
    'Cannot import node "y" (Add, operator set 17): Cannot add: shapes must be equal or broadcast, got [N, 2] and [3]',
  ],
};
for (const [name, [nodes, message]] of Object.entries(refusals)) {
  Deno.test(`networkFromOnnx() refuses ${name}`, () => {
    assertMessage(() => networkFromOnnx(onnxModel(nodes)), UnsupportedLayerError, message);
  });
}

const broken: Record<string, [Parameters<typeof onnxModel>, string]> = {
  "a cycle": [
    [[onnxNode("Add", ["x", "b"], ["a"]), onnxNode("Relu", ["a"], ["b"]), onnxNode("Relu", ["b"], ["y"])]],
    'the graph must have no cycle, got one through node "a"',
  ],
  "a node that reads itself": [
    [[onnxNode("Add", ["x", "y"], ["y"])]],
    'the graph must have no cycle, got one through node "y"',
  ],
  "a value that nothing makes": [
    [[onnxNode("Add", ["x", "z"], ["y"])]],
    'node "y" must read values that are there, got "z"',
  ],
  "two values of one name": [
    [[onnxNode("Relu", ["x"], ["y"]), onnxNode("Tanh", ["x"], ["y"])]],
    'each value must have a name of its own, got "y" twice',
  ],
  "an output that does not depend on the input": [
    [[onnxNode("Constant", [], ["y"], { value: [1] })]],
    'the output "y" must depend on the input',
  ],
  "an old operator set": [
    [[onnxNode("Relu", ["x"], ["y"])], { operatorSet: 9 }],
    "the operator set must be from 11 to 25, got 9",
  ],
};
for (const [name, [parts, requirement]] of Object.entries(broken)) {
  Deno.test(`networkFromOnnx() refuses ${name}`, () => {
    assertMessage(
      () => networkFromOnnx(onnxModel(...parts)),
      FormatError,
      `Cannot read ONNX: ${requirement}`,
    );
  });
}

Deno.test("networkFromOnnx() refuses an output that the model has not", () => {
  const model = onnxModel([onnxNode("Relu", ["x"], ["y"])]);
  assertMessage(
    () => networkFromOnnx(model, { output: "z" }),
    FormatError,
    "Cannot read ONNX: the output must be one of y, got z",
  );
});

const relu = onnxModel([onnxNode("Relu", ["x"], ["y"])]);
const slips: Record<string, [given: unknown, options: object, kind: ErrorClass, message: string]> = {
  "no model": [
    undefined,
    {},
    TypeError,
    "it must be read by a call such as readOnnxFile(path), got undefined",
  ],
  "bytes": [
    new Uint8Array(3),
    {},
    TypeError,
    "it must be read by a call such as readOnnxFile(path), got a Uint8Array",
  ],
  "an option of another name": [
    relu,
    { outputs: "y" },
    TypeError,
    'options must be among shapes, output, labels, got "outputs"',
  ],
  "a shape of no input": [
    relu,
    { shapes: { z: [1, 2] } },
    RangeError,
    'shapes must be for its inputs x, got one for "z"',
  ],
  "a shape that is a text": [
    relu,
    { shapes: { x: "N,2" } },
    TypeError,
    'the shape of input "x" must be a list of sizes, got "N,2"',
  ],
};
for (const [name, [given, options, kind, message]] of Object.entries(slips)) {
  Deno.test(`networkFromOnnx() refuses ${name}`, () =>
    assertMessage(
      () => networkFromOnnx(given as typeof relu, options),
      kind,
      `Cannot import the model: ${message}`,
    ));
}

Deno.test("networkFromOnnx() takes one label per output, and the first output that is no label", () => {
  assertMessage(
    () => networkFromOnnx(relu, { labels: ["a"] }),
    FormatError,
    "Cannot read ONNX: labels must be one per output, got 1 for 2",
  );
  assertEquals(networkFromOnnx(relu, { labels: ["a", "b"] }).network.labels, ["a", "b"]);
  const { graph } = onnxModel([onnxNode("Relu", ["x"], ["y"]), onnxNode("ArgMax", ["y"], ["label"])]);
  const label = { name: "label", elementType: 7, shape: ["N"] };
  const scores = { name: "y", elementType: 1, shape: ["N", 2] };
  const { network } = networkFromOnnx({ ...relu, graph: { ...graph, outputs: [label, scores] } });
  assertEquals(network.output, "y");
});

Deno.test("an input's size without a name, or with one that is a calculation, gets a name of its own", () => {
  const { graph } = relu;
  const x = { name: "input:0", elementType: 1, shape: ["2*s0", "", 4] };
  const nodes = [onnxNode("Relu", ["input:0"], ["y"])];
  const { shapes } = networkFromOnnx({ ...relu, graph: { ...graph, nodes, inputs: [x] } });
  assertEquals(shapes, { "input:0": ["input_0.0", "input_0.1", 4] });
});

Deno.test("nodes may come in any order", () => {
  const nodes = [
    onnxNode("Tanh", ["b"], ["y"]),
    onnxNode("Relu", ["a"], ["b"]),
    onnxNode("Neg", ["x"], ["a"]),
  ];
  const { network } = networkFromOnnx(onnxModel(nodes));
  assertEquals(network.nodes.map(({ name }) => name), ["a", "b", "y"]);
  const { output } = runNetwork(network, tensor([[-1, 2]]));
  assert(largestError(contiguous(output), [Math.tanh(1), 0]).absolute < 1e-15);
});

Deno.test("two transpositions that undo each other are none, and nothing that nobody reads stays", () => {
  const found = torchExports.cases.find(({ name }) => name.startsWith("lstm, torchscript"))!;
  const { network } = networkFromOnnx(readOnnx(fromBase64(found.model)));
  const [table, cell] = network.nodes;
  assertEquals([table!.layer.kind, cell!.layer.kind, cell!.inputs], ["embedding", "lstm", [table!.name]]);
});

Deno.test("turned bits of a model are read or refused, and nothing else happens", () => {
  const found = torchExports.cases.find(({ name }) =>
    name === "residual, torchscript exporter, operator set 17"
  )!;
  const bytes = fromBase64(found.model);
  const counts = { read: 0, refused: 0 };
  for (let bit = 0; bit < bytes.length * 8; bit += 13) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    try {
      networkFromOnnx(readOnnx(changed));
      counts.read++;
    } catch (error) {
      const known = error instanceof FormatError || error instanceof UnsupportedLayerError;
      // A weight of NaN or infinity, two layers of one name.
      assert(
        known || error instanceof RangeError ||
          error instanceof TypeError && error.message.startsWith("Cannot"),
        `bit ${bit}: ${(error as Error).stack}`,
      );
      counts.refused++;
    }
  }
  assert(counts.refused > 500 && counts.read > 500, JSON.stringify(counts));
});
