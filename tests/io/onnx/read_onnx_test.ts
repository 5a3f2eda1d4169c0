import { assert, assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../lib/errors.ts";
import { type OnnxModel, readOnnx, writeOnnx } from "../../../lib/io/onnx/mod.ts";
import codec from "../../fixtures/onnx/codec.json" with { type: "json" };
import { assertMessage } from "../../support/assert_message.ts";
import { assertEveryTruncationFails, fromBase64 } from "../support/hostile.ts";
import { plainTensor } from "./support/plain_tensor.ts";

const files = Object.fromEntries(
  Object.entries(codec.files).map(([name, { bytes }]) => [name, fromBase64(bytes)]),
);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

for (const name of ["raw", "listed"] as const) {
  Deno.test(`readOnnx() reads ${name} tensors of every type as Python does`, () => {
    const { graph } = readOnnx(files[name]!);
    assertEquals([...graph.initializers.values()].map(plainTensor), codec.files[name].tensors);
  });
}

for (const name of ["raw", "nodes"]) {
  Deno.test(`writeOnnx() writes ${name} byte for byte as the protobuf package does`, () => {
    assertEquals(writeOnnx(readOnnx(files[name]!)), files[name]);
  });
}

Deno.test("readOnnx() reads every kind of attribute, names, sizes and notes", () => {
  const { formatVersion, producer, operatorSets, metadata, graph } = readOnnx(files.nodes!);
  assertEquals([formatVersion, producer], [8, "python"]);
  assertEquals([...operatorSets], [["", 17], ["custom", 2]]);
  assertEquals([...metadata], [["note", "é"], ["other", ""]]);
  assertEquals(graph.inputs, [{ name: "x", elementType: 1, shape: ["N", 2, ""] }]);
  assertEquals(graph.outputs, [
    { name: "y", elementType: 1, shape: undefined },
    { name: "z", elementType: 7, shape: [] },
  ]);
  assertEquals(graph.values, [{ name: "v", elementType: 9, shape: [7] }]);
  const [node, relu] = graph.nodes;
  assertEquals([node!.operator, node!.domain, node!.name], ["Everything", "custom", "node é"]);
  assertEquals([node!.inputs, node!.outputs], [["x", "", "f4"], ["y", "", "z"]]);
  assertEquals([relu!.operator, relu!.domain, relu!.attributes.size], ["Relu", "", 0]);
  const value = (name: string): unknown => node!.attributes.get(name)!.value;
  assertEquals(value("float"), Math.fround(0.1));
  assertEquals([value("integer"), value("largest"), value("smallest")], [-3, 2 ** 63, -(2 ** 63)]);
  assertEquals(text(value("text") as Uint8Array), "é");
  assertEquals(value("floats"), [0.5, -1]);
  assertEquals(value("integers"), [1, -1, 2 ** 40, 2 ** 63]);
  assertEquals((value("texts") as Uint8Array[]).map(text), ["a", ""]);
  assertEquals(plainTensor(value("tensor") as never).values, [1, 1, 1]);
  assertEquals((value("body") as OnnxModel["graph"]).nodes[0]!.operator, "Add");
});

Deno.test("readOnnx() keeps tensors as views of the file", () => {
  const tensor = readOnnx(files.raw!).graph.initializers.get("long")!;
  assertEquals(tensor.bytes.buffer, files.raw!.buffer);
});

for (const name of Object.keys(files)) {
  Deno.test(`readOnnx() refuses or reads every truncation and turned bit of ${name}, and nothing else happens`, () => {
    const bytes = files[name]!;
    let refused = 0;
    for (let length = 0; length < bytes.length; length++) {
      refused += attempt(bytes.slice(0, length));
    }
    // A file may be cut where its last fields end, which are optional.
    assert(refused >= bytes.length - 4, `${refused} of ${bytes.length} truncations refused`);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      attempt(changed);
    }
  });
}

/** 1 where a file is refused as not what it says, 0 where it is read; any other error fails the test. */
function attempt(bytes: Uint8Array): number {
  try {
    readOnnx(bytes);
    return 0;
  } catch (error) {
    assert(error instanceof FormatError, `${error}`);
    return 1;
  }
}

/** A varint-prefixed field. */
const field = (
  number: number,
  ...content: number[]
): number[] => [number * 8 + 2, content.length, ...content];
const refusals: Record<string, [number[], string]> = {
  "an empty file": [[], "the file must hold a version and a graph"],
  "a file without a graph": [[8, 8], "the file must hold a version and a graph"],
  "a file without operator versions": [
    [8, 8, ...field(7)],
    "the file must name the version of its operators",
  ],
  "field 0": [[0], "field numbers must be 1 or larger, got 0"],
  "a field of another type": [[9, 0, 0, 0, 0, 0, 0, 0, 0], "field 1 must be of wire type 0, got 1"],
  "a group": [[8 * 30 + 3 - 128 | 128, 1], "a field must be of wire type 0, 1, 2 or 5, got 3"],
  "a length beyond the end": [[58, 200, 1], "200 bytes must follow, got 0"],
  "a negative length": [
    [58, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
    "a length must be 0 or larger, got -1",
  ],
  "an integer without end": [[8, ...Array(10).fill(255)], "an integer must fill at most 10 bytes"],
  "other text than UTF-8": [field(2, 255), "text must be UTF-8, got other bytes"],
  "a negative size": [
    field(7, ...field(5, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 16, 1)),
    'the sizes of tensor "" must be whole numbers from 0 on, got [-1]',
  ],
  "more elements than bytes": [
    field(7, ...field(5, 8, 3, 16, 1, ...field(9, 0, 0, 0, 0))),
    'tensor "" of shape [3] requires 12 bytes, got 4',
  ],
  "a sparse tensor": [field(7, ...field(15)), 'graph "" must hold no sparse constants'],
  "an unknown element type": [
    field(7, ...field(5, 16, 99)),
    'tensor "" must hold numbers or texts, got element type 99',
  ],
  "numbers elsewhere, but not where": [
    field(7, ...field(5, 16, 1, 112, 1)),
    'tensor "" must say in which file its numbers lie',
  ],
  "a text that is missing": [field(7, ...field(5, 8, 2, 16, 8)), 'tensor "" must hold 2 texts, got 0'],
  "packed numbers of half a size": [
    field(7, ...field(5, 16, 1, ...field(4, 0, 0, 0))),
    "packed numbers must fill 4 bytes each, got 3 bytes",
  ],
  "a graph attribute without a graph": [
    field(7, ...field(1, ...field(5, ...field(1, 97), 160, 1, 5))),
    'attribute "a" must hold a graph',
  ],
};
for (const [name, [bytes, requirement]] of Object.entries(refusals)) {
  Deno.test(`readOnnx() refuses ${name}`, () => {
    assertMessage(
      () => readOnnx(Uint8Array.from(bytes), { path: "a.onnx" }),
      FormatError,
      `Cannot read ONNX "a.onnx": ${requirement}`,
    );
  });
}

Deno.test("readOnnx() refuses graphs within graphs without end", () => {
  let bytes: Uint8Array = new Uint8Array(0);
  const wrap = (number: number): void => {
    const length = bytes.length;
    bytes = Uint8Array.from([number * 8 + 2, (length & 127) | 128, length >> 7, ...bytes]);
  };
  for (let i = 0; i < 40; i++) [6, 5, 1].forEach(wrap);
  wrap(7);
  assertMessage(
    () => readOnnx(bytes),
    FormatError,
    "Cannot read ONNX: messages must lie at most 64 deep",
  );
});

Deno.test("readOnnx() says where it stopped", () => {
  const error = assertThrows(() => readOnnx(Uint8Array.of(8, 8, 58, 5), { path: "a.onnx" }), FormatError);
  assertEquals([error.path, error.offset], ["a.onnx", 4]);
});

Deno.test("writeOnnx() refuses what it cannot write", () => {
  const model = readOnnx(files.nodes!);
  assertMessage(
    () => writeOnnx({ ...model, functions: ["local:f"] }),
    RangeError,
    "Cannot write ONNX: the model must have no functions of its own, got 1",
  );
  const node = {
    ...model.graph.nodes[0]!,
    attributes: new Map([["a", { kind: "other", value: 13 } as const]]),
  };
  assertMessage(
    () => writeOnnx({ ...model, graph: { ...model.graph, nodes: [node] } }),
    RangeError,
    'Cannot write ONNX: attribute "a" must be a number, text, tensor or graph, got type 13',
  );
});

Deno.test("every truncation of a file without optional ends is refused", () => {
  const model = readOnnx(files.raw!);
  const whole = writeOnnx({ ...model, operatorSets: new Map([["", 17]]), metadata: new Map() });
  assertEveryTruncationFails(whole, readOnnx);
});
